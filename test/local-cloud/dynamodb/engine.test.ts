import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DynamoDbClient } from '../../../local/dynamodb/dynamodb-client.ts'
import { DynamoDbEngine } from '../../../local/dynamodb/engine.ts'
import { provisionTables } from '../../../local/dynamodb/provision-tables.ts'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../template/cloud-assembly-fixture.ts'
import { tableDefinition } from './table-fixture.ts'

const sdk = (endpoint: string) => {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 10,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  onTestFinished(() => client.destroy())
  return client
}

const key = { pk: { S: 'a' } }

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('DynamoDbEngine', () => {
  it('keeps items over a restart, and over its own death, after which it is started again', async () => {
    const log: string[] = []
    const file = join(temporaryFolder(), 'dynamodb.sqlite')
    const start = async () => {
      const engine = await DynamoDbEngine.start({ file, log: (message) => log.push(message) })
      onTestFinished(() => engine.stop())
      return engine
    }
    const first = await start()
    await provisionTables(new DynamoDbClient(first.endpoint, 'us-east-1'), [tableDefinition()])
    const client = sdk(first.endpoint)
    await client.send(new PutItemCommand({ TableName: 'things', Item: key }))

    process.kill(first.pid ?? 0, 'SIGKILL')
    await eventually(() => log).toEqual(['The DynamoDB engine ended (SIGKILL); starting it again'])
    expect((await client.send(new GetItemCommand({ TableName: 'things', Key: key }))).Item).toEqual(key)

    await first.stop()
    expect(log).toHaveLength(1)
    const second = await start()
    expect((await sdk(second.endpoint).send(new GetItemCommand({ TableName: 'things', Key: key }))).Item).toEqual(key)
  })

  it('does not outlive the process that started it, not even when that is killed', async () => {
    const module = join(import.meta.dirname, '../../../local/dynamodb/engine.ts')
    const program = `
      import { DynamoDbEngine } from ${JSON.stringify(module)}
      const engine = await DynamoDbEngine.start({ file: process.argv[1], log: () => {} })
      console.log(engine.pid)
      setInterval(() => {}, 1000)`
    const file = join(temporaryFolder(), 'dynamodb.sqlite')
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [output] = await once(parent.stdout, 'data')
    const pid = Number(String(output))
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await eventually(() => isAlive(pid)).toBe(false)
  })
})
