import { expect } from 'vitest'
import type { Answer } from '../support/api-client.ts'

/** Every problem answer has these (RFC 9457), and nothing of the inside. */
export function expectProblem(answer: Answer, status: number, type: string): void {
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body).toMatchObject({
    type: expect.stringContaining(type),
    title: expect.stringMatching(/./),
    status,
    detail: expect.stringMatching(/./),
    requestId: expect.stringMatching(/./),
  })
  expect(answer.headers.get('x-request-id')).toBe(answer.body.requestId)
  expect(answer.text).not.toMatch(/\bat .*\.m?[jt]s:\d+|node_modules|ZodError|Exception/)
}
