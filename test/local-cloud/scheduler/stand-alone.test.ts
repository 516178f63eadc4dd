import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler'
import { expect, it } from 'vitest'
import { portOf } from '../../../local/wire-server.ts'
import { roleArn } from './scheduler-harness.ts'

it('runs alone: takes a schedule from an SDK, posts its event to a URL in time and stops cleanly', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scheduler-'))
  const target = createServer()
  const event = new Promise<{ body: string; lateMs: number }>((resolve) => {
    target.on('request', async (request, response) => {
      const lateMs = Date.now() - Date.parse(String(request.headers['x-scheduled-time']))
      resolve({ body: await text(request), lateMs })
      response.end()
    })
  })
  await once(target.listen(0, '127.0.0.1'), 'listening')
  const options = ['--port', '0', '--data', join(folder, 'scheduler.sqlite')]
  const service = spawn(process.execPath, [
    'local/scheduler/stand-alone.ts',
    ...['--deliver-to', `http://127.0.0.1:${portOf(target)}/events`],
    ...options,
  ])
  try {
    const [ready] = await once(createInterface(service.stdout), 'line')
    const endpoint = /http:\/\/127\.0\.0\.1:\d+$/.exec(ready)?.[0] ?? ''
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const client = new SchedulerClient({ endpoint, region: 'us-east-1', credentials })
    const planned = new Date(Math.ceil(Date.now() / 1000 + 0.5) * 1000).toISOString().slice(0, 19)
    await client.send(
      new CreateScheduleCommand({
        Name: 'soon',
        ScheduleExpression: `at(${planned})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: 'arn:aws:lambda:us-east-1:111122223333:function:hello',
          RoleArn: roleArn,
          Input: '{"at":"<aws.scheduler.scheduled-time>"}',
        },
      }),
    )
    client.destroy()
    const { body, lateMs } = await event
    expect(body).toBe(`{"at":"${planned}Z"}`)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThan(1000)
    service.kill('SIGTERM')
    expect(await once(service, 'exit')).toEqual([0, null])
  } finally {
    service.kill('SIGKILL')
    target.close()
    target.closeAllConnections()
    rmSync(folder, { recursive: true })
  }
})
