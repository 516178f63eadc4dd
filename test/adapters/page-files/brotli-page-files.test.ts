import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brotliPageFiles } from '../../../lambdas/adapters/page-files/brotli-page-files.ts'
import type { PageFiles } from '../../../lambdas/ports/page-files.ts'
import { referencePage } from '../../../lib/reference-page.ts'

const PROJECT_ROOT = fileURLToPath(new URL('../../..', import.meta.url))

describe('the files of the reference page', () => {
  let folder: string
  let files: PageFiles

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'punctual-page-'))
    for (const { path, bytes } of await referencePage(PROJECT_ROOT)) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), bytes)
    }
    await writeFile(join(folder, 'outside.js.br'), 'not for anybody')
    files = brotliPageFiles(pathToFileURL(`${folder}/reference-page/`))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each([
    ['index.html', 'text/html; charset=utf-8'],
    ['page.js', 'text/javascript; charset=utf-8'],
    ['page.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('are as they were written: %s', async (name, type) => {
    const file = await files.read(name)
    const source = await readFile(join(PROJECT_ROOT, 'lambdas/reference-page', name))
    expect(file?.type).toBe(type)
    expect(Buffer.from((await file?.plain()) ?? '')).toEqual(source)
    expect(brotliDecompressSync(file?.brotli ?? Buffer.alloc(0))).toEqual(source)
  })

  it('are all that the page asks for, and fit into one answer of a function', async () => {
    const page = Buffer.from((await (await files.read('index.html'))?.plain()) ?? '').toString()
    const names = [...page.matchAll(/(?:src|href)="docs\/([^"]+)"/g)].map(([, name = '']) => name)
    expect(names).toContain('swagger-ui-bundle.js')
    // Lambda answers at most 6 MB, and base64 takes a third more.
    for (const name of names) expect((await (await files.read(name))?.plain())?.byteLength).toBeLessThan(4_000_000)
    expect(page).not.toMatch(/https?:|<script>|<style|style="|onload=/)
  })

  it('come with the licence that their first line names', async () => {
    const bundle = Buffer.from((await (await files.read('swagger-ui-bundle.js'))?.plain()) ?? '').toString()
    const [, named = ''] = /see ([\w.-]+LICENSE\.txt)/.exec(bundle.slice(0, 200)) ?? []
    expect(await files.read(named)).toMatchObject({ type: 'text/plain; charset=utf-8' })
    expect(bundle).not.toContain('sourceMappingURL')
  })

  it.each(['../outside.js', '..%2Foutside.js', 'nothing.js', 'index', ''])('are no other: %j', async (name) => {
    expect(await files.read(name)).toBeUndefined()
  })
})
