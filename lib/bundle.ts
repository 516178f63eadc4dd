import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild'
import { directImports } from './direct-imports.ts'
import { environmentCredentials } from './environment-credentials.ts'
import { startInOnePiece } from './start-in-one-piece.ts'

export interface BundleOptions {
  /** The folder that holds `lambdas/`; `dist/` is written into it. */
  readonly projectRoot: string
  /** Files that the functions read, beside their code. @default none */
  readonly files?: readonly BundledFile[]
}

export interface BundledFile {
  /** Relative to the bundle, with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

export interface Bundle {
  /** Holds `<function>.mjs` for each function and the chunks they share. Its name changes when its content does. */
  readonly folder: string
  /** The names of the functions, sorted: `auth`, `executor`, … */
  readonly functions: readonly string[]
}

/** Bundles nobody has asked for during this long are removed; a younger one may still be staged by another process. */
const STALE_AFTER_MS = 24 * 60 * 60 * 1000

/**
 * Functions that share no chunks with the others: code that two functions share is kept in one piece, and each then loads
 * what only the other uses. The executor starts for runs that are due to the second.
 */
const APART: readonly string[] = ['executor']

/** How everything that runs in Lambda is bundled: ES modules that share chunks, so that what is loaded lazily stays apart. */
export const bundling = {
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // Libraries that are still CommonJS call `require`, which an ES module does not have.
  banner: {
    js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
  },
  minify: true,
  legalComments: 'none',
  logLevel: 'error',
  plugins: [environmentCredentials(), directImports()],
} satisfies BuildOptions

/**
 * Bundles every `*.lambda.ts` under `lambdas/` into one asset. All but a few share, through code splitting, one copy of each
 * library.
 *
 * Source maps and esbuild's metafile are kept in `dist/`, beside the asset and not in it: they would only make the
 * download at a cold start bigger.
 * @throws Error when no function is found or two functions have the same name; esbuild's own errors otherwise.
 */
export async function bundleLambdas({ projectRoot, files = [] }: BundleOptions): Promise<Bundle> {
  const entries = findEntries(projectRoot)
  const isApart = ({ out }: Entry) => APART.includes(out)
  const groups = [entries.filter((entry) => !isApart(entry)), ...entries.filter(isApart).map((entry) => [entry])]
  const results = await Promise.all(
    groups.filter((group) => group.length > 0).map((group) => buildGroup(projectRoot, group)),
  )
  const outputs = results.flatMap((result) => result.outputs)
  const metafile = {
    inputs: Object.assign({}, ...results.map(({ metafile: { inputs } }) => inputs)),
    outputs: Object.assign({}, ...results.map((result) => result.metafile.outputs)),
  } satisfies Metafile
  const deployed = [...outputs.filter(({ path }) => !path.endsWith('.map')), ...files]
  const hash = contentHash(deployed)
  const folder = join(projectRoot, 'dist', 'lambdas', hash)
  await writeOnce(folder, deployed)
  await writeOnce(join(projectRoot, 'dist', 'source-maps', hash), [
    ...outputs.filter(({ path }) => path.endsWith('.map')),
    { path: 'metafile.json', bytes: Buffer.from(JSON.stringify(metafile)) },
  ])
  await Promise.all([removeStale(dirname(folder), hash), removeStale(join(projectRoot, 'dist', 'source-maps'), hash)])
  return { folder, functions: entries.map(({ out }) => out).toSorted() }
}

/** A function: the file of its handler, and its name. */
type Entry = { readonly in: string; readonly out: string }

async function buildGroup(projectRoot: string, group: readonly Entry[]) {
  const [first, ...others] = group
  const alone = first && others.length === 0 ? [startInOnePiece(first.in)] : []
  const { outputFiles, metafile } = await build({
    ...bundling,
    plugins: [...alone, ...bundling.plugins],
    absWorkingDir: projectRoot,
    entryPoints: [...group],
    outdir: 'out',
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    write: false,
  })
  const outdir = join(projectRoot, 'out')
  return { outputs: outputFiles.map((file) => ({ ...named(file, outdir), bytes: file.contents })), metafile }
}

function findEntries(projectRoot: string): readonly Entry[] {
  const entries = globSync('lambdas/**/*.lambda.ts', { cwd: projectRoot })
    .toSorted()
    .map((file) => ({ in: join(projectRoot, file), out: basename(file, '.lambda.ts') }))
  if (entries.length === 0) throw new Error(`There is no *.lambda.ts under ${join(projectRoot, 'lambdas')}.`)
  const twice = entries.find(({ out }, index) => entries.findIndex((other) => other.out === out) !== index)
  if (twice) throw new Error(`Two functions are named "${twice.out}". The name of a *.lambda.ts file must be unique.`)
  return entries
}

function named(file: OutputFile, outdir: string): { path: string } {
  return { path: relative(outdir, file.path).split(sep).join('/') }
}

function contentHash(files: readonly BundledFile[]): string {
  const hash = createHash('sha256')
  for (const { path, bytes } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex').slice(0, 16)
}

/** Fills a folder that appears whole or not at all: two services may start at the same time from the same clone. */
async function writeOnce(folder: string, files: readonly BundledFile[]): Promise<void> {
  if (await exists(folder)) return
  await mkdir(dirname(folder), { recursive: true })
  const draft = await mkdtemp(`${folder}.`)
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(draft, path)), { recursive: true })
    await writeFile(join(draft, path), bytes)
  }
  try {
    await rename(draft, folder)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (!(await exists(folder))) throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function removeStale(parent: string, current: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (name === current) continue
    const path = join(parent, name)
    // Gone meanwhile: it was another process's draft, or that process has tidied up first.
    const found = await stat(path).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > STALE_AFTER_MS) await rm(path, { recursive: true, force: true })
  }
}
