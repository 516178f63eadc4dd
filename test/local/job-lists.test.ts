import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'

const names = ({ items }: { items: readonly { name: string }[] }) => items.map(({ name }) => name)

describe('lists of jobs', () => {
  let punctual: Punctual
  let ada: Account
  let bob: Account

  beforeAll(async () => {
    punctual = await openPunctual()
    ada = await punctual.newAccount()
    bob = await punctual.newAccount()
    for (let number = 1; number <= 7; number++) {
      await ada.api.createJob({
        name: `Job ${number}`,
        tags: number % 2 === 0 ? ['even', 'all'] : ['all'],
        enabled: number <= 5,
        targetUrl: `https://${number === 3 ? 'billing' : 'api'}.example.com/`,
      })
    }
    for (const name of ['Of Bob 1', 'Of Bob 2']) await bob.api.createJob({ name })
  })
  afterAll(() => punctual?.close())

  const cursorOf = async (account: Account, path: string): Promise<string> => {
    const { nextCursor } = await account.api.must('GET', path)
    expect(nextCursor).toEqual(expect.any(String))
    return encodeURIComponent(nextCursor)
  }

  it('lists the own jobs, newest first, with the whole of each', async () => {
    const page = await ada.api.must('GET', '/api/jobs')
    expect(names(page)).toEqual(['Job 7', 'Job 6', 'Job 5', 'Job 4', 'Job 3', 'Job 2', 'Job 1'])
    expect(page.nextCursor).toBeNull()
    expect(page.items[0]).toEqual((await ada.api.get(`/api/jobs/${page.items[0].id}`)).body)
  })

  it.each([1, 2, 3, 7, 100])('goes through all of them in pages of %i, none twice and none left out', async (limit) => {
    const pages: string[][] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await ada.api.must('GET', `/api/jobs?limit=${limit}${query}`)
      pages.push(names(page))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(pages.flat()).toEqual(['Job 7', 'Job 6', 'Job 5', 'Job 4', 'Job 3', 'Job 2', 'Job 1'])
    expect(pages).toHaveLength(Math.ceil(7 / limit))
  })

  it.each([
    ['status=PAUSED', ['Job 7', 'Job 6']],
    ['status=ACTIVE', ['Job 5', 'Job 4', 'Job 3', 'Job 2', 'Job 1']],
    ['status=COMPLETED', []],
    ['tag=even', ['Job 6', 'Job 4', 'Job 2']],
    ['tag=eve', []],
    ['q=job%203', ['Job 3']],
    ['q=billing', ['Job 3']],
    ['tag=even&status=PAUSED&q=6', ['Job 6']],
  ])('filters by %s', async (query, expected) => {
    expect(names(await ada.api.must('GET', `/api/jobs?${query}`))).toEqual(expected)
  })

  it.each(['limit=0', 'limit=101', 'limit=ten', 'limit=1.5', 'status=RUNNING', 'tag=', 'colour=red', 'cursor='])(
    'refuses %s and names the parameter',
    async (query) => {
      const { status, body } = await ada.api.get(`/api/jobs?${query}`)
      expect({ status, type: body.type }).toMatchObject({ status: 400 })
      expect(JSON.stringify(body.errors ?? body.detail)).toContain(query.split('=')[0])
    },
  )

  const problem = { status: 400, body: { status: 400, type: expect.stringContaining('invalid-cursor') } }

  it('refuses a cursor that was changed in any place, cut or made longer', async () => {
    const { nextCursor } = await ada.api.must('GET', '/api/jobs?limit=2')
    const changed = [...nextCursor].map((char, at) => {
      const other = char === 'A' ? 'B' : 'A'
      return `${nextCursor.slice(0, at)}${other}${nextCursor.slice(at + 1)}`
    })
    const wrong = [...changed, nextCursor.slice(0, -4), `${nextCursor}AAAA`, nextCursor.slice(4), 'nonsense']
    const answers = await Promise.all(
      wrong.map((cursor) => ada.api.get(`/api/jobs?limit=2&cursor=${encodeURIComponent(cursor)}`)),
    )
    for (const answer of answers) expect(answer).toMatchObject(problem)
    expect((await ada.api.get(`/api/jobs?limit=2&cursor=${encodeURIComponent(nextCursor)}`)).status).toBe(200)
  })

  it('refuses the cursor of another tenant, of another list and of other filters', async () => {
    await ada.api.must('PUT', '/api/secrets/ONE', { value: 'one' })
    await ada.api.must('PUT', '/api/secrets/TWO', { value: 'two' })
    const ofBob = await cursorOf(bob, '/api/jobs?limit=1')
    const ofSecrets = await cursorOf(ada, '/api/secrets?limit=1')
    const ofJobs = await cursorOf(ada, '/api/jobs?limit=1')
    const { items } = await ada.api.must('GET', '/api/jobs?limit=1')
    for (const path of [
      `/api/jobs?limit=1&cursor=${ofBob}`,
      `/api/jobs?limit=1&cursor=${ofSecrets}`,
      `/api/secrets?limit=1&cursor=${ofJobs}`,
      `/api/runs?limit=1&cursor=${ofJobs}`,
      `/api/jobs/${items[0].id}/runs?cursor=${ofJobs}`,
      `/api/jobs?limit=1&tag=all&cursor=${ofJobs}`,
    ])
      expect(await ada.api.get(path), path).toMatchObject(problem)
  })
})
