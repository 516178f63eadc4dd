import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { freePort } from '../../local/free-port.ts'

/** A real DynamoDB engine on a port of its own, with Punctual's table in it and nothing else. */
export type StartedTable = {
  readonly tableName: string
  readonly client: DynamoDBDocument
  readonly endpoint: string
  readonly stop: () => Promise<void>
}

const ENGINE = createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide')

/** Resolves when the engine says that it listens; rejects when it ends before, e.g. because its port was taken. */
function untilListening(engine: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const output: string[] = []
    const read = (chunk: Buffer) => {
      output.push(chunk.toString())
      if (output.join('').includes('listening on')) resolve()
    }
    engine.stdout?.on('data', read)
    engine.stderr?.on('data', read)
    engine.once('error', reject)
    engine.once('exit', () => reject(new Error(`The DynamoDB engine did not start:\n${output.join('')}`)))
  })
}

async function startEngine(folder: string): Promise<{ readonly engine: ChildProcess; readonly endpoint: string }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const engine = spawn(ENGINE, ['serve', '--port', String(port), '--db-path', join(folder, 'table.sqlite')])
    try {
      await untilListening(engine)
      return { engine, endpoint: `http://127.0.0.1:${port}` }
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}

const key = (name: string, type: 'HASH' | 'RANGE') => ({ AttributeName: name, KeyType: type }) as const

async function createTable(client: DynamoDBClient, tableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'tenantPk', 'tenantSk', 'sweepPk', 'sweepSk'].map((name) => ({
        AttributeName: name,
        AttributeType: 'S',
      })),
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byTenant',
          KeySchema: [key('tenantPk', 'HASH'), key('tenantSk', 'RANGE')],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status', 'durationMs', 'summary'] },
        },
        {
          IndexName: 'bySweep',
          KeySchema: [key('sweepPk', 'HASH'), key('sweepSk', 'RANGE')],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  )
}

/** Starts an engine with an empty table; the caller stops it. */
export async function startTable(): Promise<StartedTable> {
  const folder = await mkdtemp(join(tmpdir(), 'punctual-table-'))
  const { engine, endpoint } = await startEngine(folder)
  const killEngine = () => engine.kill('SIGKILL')
  process.once('exit', killEngine)
  const tableName = 'punctual'
  const base = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  await createTable(base, tableName)
  return {
    tableName,
    endpoint,
    client: DynamoDBDocument.from(base, { marshallOptions: { removeUndefinedValues: true } }),
    async stop() {
      process.off('exit', killEngine)
      base.destroy()
      if (engine.exitCode === null && engine.signalCode === null) {
        engine.kill('SIGKILL')
        await once(engine, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
}
