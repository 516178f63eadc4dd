import { afterEach, describe, expect, it } from 'vitest'
import { probeTable } from '../../lambdas/adapters/dynamodb/probe-table.ts'
import { serviceFunction } from '../../lambdas/api/service.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { serviceContracts } from '../../lambdas/http/contracts/service.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'
import { startTable } from '../support/dynamodb.ts'

const serviceWith = (table: () => Promise<void>, log = memoryLog()) =>
  serviceFunction(
    testDoor({ log, tokens: { verify: async () => undefined }, version: '1.2.3', probes: { table }, contracts }),
  )

describe('GET /api/health', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  it('is ok while the table answers', async () => {
    const { client, tableName, stop } = await startTable()
    stops.push(stop)
    const handler = serviceWith(probeTable({ client, name: tableName }))
    const answered = await callApi(handler, { route: 'GET /api/health' })
    expect(answered).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': 'request-1' },
      body: { status: 'ok', version: '1.2.3', checks: { table: 'ok' } },
    })
    expect(serviceContracts.readHealth.answers[200].schema.safeParse(answered.body)).toMatchObject({ success: true })
  })

  it('is degraded when the table is not there, and keeps the reason to the log', async () => {
    const { client, stop } = await startTable()
    stops.push(stop)
    const log = memoryLog()
    const handler = serviceWith(probeTable({ client, name: 'another' }), log)
    const answered = await callApi(handler, { route: 'GET /api/health' })
    expect(answered).toMatchObject({ status: 503, headers: { 'content-type': 'application/json' } })
    expect(answered.body).toEqual({ status: 'degraded', version: '1.2.3', checks: { table: 'failed' } })
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        message: 'health check failed',
        fields: { errors: { table: expect.objectContaining({ name: 'ResourceNotFoundException' }) } },
      },
    ])
  })
})

describe('GET /api/openapi.json', () => {
  it('describes the API, itself included, to anyone', async () => {
    const answered = await callApi(
      serviceWith(async () => {}),
      { route: 'GET /api/openapi.json' },
    )
    expect(answered).toMatchObject({ status: 200, body: { openapi: '3.1.1', info: { version: '1.2.3' } } })
    expect(Object.keys(answered.body.paths)).toContain('/api/openapi.json')
  })
})
