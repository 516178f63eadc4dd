import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { collectionFiles } from '../../../bin/collection/collection-files.ts'
import { VERSION } from '../../../lambdas/config/version.ts'
import { contracts } from '../../../lambdas/http/contracts/index.ts'
import { exampleRequests } from '../../../lambdas/http/examples/index.ts'
import { openApi } from '../../../lambdas/http/open-api.ts'
import { routes } from '../../../lambdas/http/routes.ts'

const files = Object.entries(collectionFiles(openApi(contracts, VERSION)))
const [postman = '', http = ''] = files.map(([, content]) => content)

// biome-ignore lint/suspicious/noExplicitAny: a test looks into the collection as its readers do
const collection: any = JSON.parse(postman)
// biome-ignore lint/suspicious/noExplicitAny: as above
const items: any[] = collection.item.flatMap((folder: { item: unknown[] }) => folder.item)

describe('the files of requests', () => {
  it.each(files)('are current: %s (npm run collection makes it)', async (file, content) => {
    expect(await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8')).toBe(content)
  })

  it('have every call once', () => {
    const calls = routes.map(({ method, path }) => `${method} ${path}`).toSorted()
    const inPostman = items.map(
      ({ request }) =>
        `${request.method} /${request.url.path.join('/').replaceAll(/:(\w+)(?=\/|$)/g, (whole: string, name: string, at: number, text: string) => (text[at - 1] === '/' ? `{${name}}` : whole))}`,
    )
    expect(inPostman.toSorted()).toEqual(calls)
    expect([...http.matchAll(/^# @name (\w+)$/gm)].map(([, name]) => name).toSorted()).toEqual(
      routes.map(({ operation }) => operation).toSorted(),
    )
  })

  it('send the example of each call', () => {
    for (const { operation, path, method } of routes) {
      const { body } = exampleRequests[operation] ?? {}
      if (body === undefined) continue
      const text = JSON.stringify(body, undefined, 2)
      expect(http).toContain(text)
      expect(
        items.some(({ request }) => request.body?.raw === text && request.method === method),
        path,
      ).toBe(true)
    }
  })

  it('send a token with what needs one, and nothing with what is public', () => {
    expect(collection.auth).toMatchObject({ type: 'bearer' })
    const open = items.filter(({ request }) => request.auth?.type === 'noauth')
    expect(open).toHaveLength(routes.filter(({ access }) => access === 'public').length)
    expect(http.match(/^Authorization: Bearer \{\{token\}\}$/gm)).toHaveLength(
      routes.filter(({ access }) => access === 'user').length,
    )
  })

  it('fill in what later calls need', () => {
    const logIn = items.find(({ request }) => request.url.path.at(-1) === 'login')
    expect(logIn.event[0].script.exec).toEqual(["pm.collectionVariables.set('token', pm.response.json().accessToken)"])
    expect(http).toContain('@jobId = {{createJob.response.body.id}}')
    expect(http).toMatch(/^POST \{\{baseUrl\}\}\/api\/jobs\/\{\{jobId\}\}\/run$/m)
  })
})
