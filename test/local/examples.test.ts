import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Contract } from '../../lambdas/http/contract.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { type ExampleAnswer, exampleAnswers, exampleRequests } from '../../lambdas/http/examples/index.ts'
import type { Json } from '../../lambdas/http/json-schemas.ts'
import { routes } from '../../lambdas/http/routes.ts'
import { newEmail } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { ExampleStory, storyOrder } from '../support/example-story.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { differencesInShape } from '../support/same-shape.ts'
import { apiRoutes } from './api-routes.ts'

/** `npm run examples` writes down what the service answers, where it is not what is written. */
const isRecording = process.env.UPDATE_EXAMPLES !== undefined
const ANSWERS = fileURLToPath(new URL('../../lambdas/http/examples/answers.json', import.meta.url))

/** A document that describes itself is no example of anything. */
const NOT_SHOWN = ['readOpenApi']

type Resource = { readonly Properties?: { readonly RouteKey?: string } }

const contractOf = new Map<string, Contract>(Object.values(contracts).flatMap((resource) => Object.entries(resource)))

describe('the examples of the reference', () => {
  let service: PunctualService
  let target: EchoTarget
  let story: ExampleStory
  const recorded = new Map<string, ExampleAnswer>()

  beforeAll(async () => {
    const email = newEmail()
    ;[service, target] = await Promise.all([startService({ environment: { ADMIN_EMAILS: email } }), EchoTarget.start()])
    story = new ExampleStory(service.url, target, email)
  })
  afterAll(async () => {
    await Promise.all([service?.discard(), target?.close()])
    if (!isRecording) return
    const inOrder = routes.flatMap(({ operation }) => {
      const answer = recorded.get(operation)
      return answer ? [[operation, answer]] : []
    })
    await writeFile(ANSWERS, `${JSON.stringify(Object.fromEntries(inOrder), undefined, 2)}\n`)
  })

  it('show a request of every operation, and of no other', () => {
    expect(Object.keys(exampleRequests).toSorted()).toEqual(routes.map(({ operation }) => operation).toSorted())
  })

  it.skipIf(isRecording)('show an answer of every operation that has one in JSON', () => {
    expect(Object.keys(exampleAnswers).toSorted()).toEqual(routes.map(({ operation }) => operation).toSorted())
  })

  it.each(storyOrder)('are true: $operation is answered as written', async (route) => {
    const answer = await story.send(route)
    const contract = contractOf.get(route.operation)
    const documented = contract?.answers[answer.status]
    expect(documented, `${answer.status} ${answer.text}`).toBeDefined()
    expect(answer.status, answer.text).toBeLessThan(300)
    const body = NOT_SHOWN.includes(route.operation) ? undefined : story.toSamples(answer.body)
    if (documented?.schema && answer.body !== undefined) {
      expect(documented.schema.parse(answer.body)).toEqual(answer.body)
    }

    const actual: ExampleAnswer = { status: answer.status, ...(body === undefined ? {} : { body: body as Json }) }
    const written = exampleAnswers[route.operation]
    const differences = differencesInShape(written ?? {}, actual)
    recorded.set(route.operation, written && differences.length === 0 ? written : actual)
    if (isRecording) return
    expect(differences).toEqual([])
    expect(written?.status).toBe(answer.status)
  })

  it('are of everything that is deployed and everything that is documented', async () => {
    const { Resources } = (await service.template()) as { Resources: Record<string, Resource> }
    const keys = Object.values(Resources).flatMap(({ Properties }) => Properties?.RouteKey ?? [])
    const sent = routes.flatMap(({ operation, method, path }) => (recorded.has(operation) ? `${method} ${path}` : []))
    const documented = (await apiRoutes(service.url)).map(({ method, path }) => `${method} ${path}`)
    expect(keys.filter((key) => key !== '$default').toSorted()).toEqual(sent.toSorted())
    expect(documented.toSorted()).toEqual(sent.toSorted())
  })
})
