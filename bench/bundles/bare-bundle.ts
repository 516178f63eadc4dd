import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundling } from '../../lib/bundle.ts'
import { environmentCredentials } from '../../lib/environment-credentials.ts'
import { BundleGraph } from './bundle-graph.ts'

/** `import { A, type B } from '@aws-sdk/…'`, but not `import type`. */
const SDK_IMPORT = /^import \{([^}]*)\} from '(@aws-sdk\/[^']+)'/gm

/** Where the lean client is, which takes parts of the SDK in place of its client of DynamoDB. */
const LEAN = 'lambdas/adapters/dynamodb/lean/'

/** What does the calls of a run without it: the client that the SDK has for them, and their commands. */
const INSTEAD_OF_LEAN: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['@aws-sdk/client-dynamodb', new Set(['DynamoDBClient'])],
  [
    '@aws-sdk/lib-dynamodb',
    new Set([
      'DynamoDBDocumentClient',
      'GetCommand',
      'PutCommand',
      'QueryCommand',
      'TransactWriteCommand',
      'UpdateCommand',
    ]),
  ],
])

/** Names that files import from the SDK, by package; for a file of the lean client, what it stands in for. */
function sdkImports(projectRoot: string, files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const imports = new Map<string, Set<string>>()
  if (files.some((name) => name.startsWith(LEAN)))
    for (const [packageName, names] of INSTEAD_OF_LEAN) imports.set(packageName, new Set(names))
  for (const file of files.filter((name) => name.startsWith('lambdas/') && !name.startsWith(LEAN))) {
    const source = readFileSync(join(projectRoot, file), 'utf8')
    for (const [, names = '', packageName = ''] of source.matchAll(SDK_IMPORT)) {
      const values = names.split(',').map((name) => name.trim())
      const known = imports.get(packageName) ?? new Set<string>()
      for (const name of values) if (name !== '' && !name.startsWith('type ')) known.add(name)
      imports.set(packageName, known)
    }
  }
  return imports
}

/**
 * Bundles what a function imports from the SDK and nothing else, as whoever takes some care does it: one minified file
 * without the credential providers that Lambda has no use for. Where a function has the lean client, the SDK's own takes
 * its place here: the measure is what anybody would load for the same calls.
 * @param modules of the function, as the metafile names them
 */
export async function buildBare(projectRoot: string, scratch: string, entry: string, modules: readonly string[]) {
  const imports = [...sdkImports(projectRoot, modules)]
  const names = imports.flatMap(([, each]) => [...each])
  const lines = imports.map(([packageName, each]) => `import { ${[...each].join(', ')} } from '${packageName}'`)
  const clients = names.filter((name) => name.endsWith('Client') && name !== 'DynamoDBDocumentClient')
  const folder = join(scratch, `bare-${entry}`)
  const source = join(folder, `${entry}.ts`)
  await mkdir(folder, { recursive: true })
  await writeFile(
    source,
    `${lines.join('\n')}\nexport const kept = [${names.join(', ')}]\nexport const made = [${clients.map((name) => `new ${name}({})`).join(', ')}]\n`,
  )
  const { metafile } = await build({
    ...bundling,
    plugins: [environmentCredentials()],
    splitting: false,
    absWorkingDir: projectRoot,
    entryPoints: [{ in: source, out: entry }],
    nodePaths: [join(projectRoot, 'node_modules')],
    outdir: join(folder, 'out'),
    metafile: true,
  })
  const outdir = join(folder, 'out')
  const [first = ''] = Object.keys(metafile.outputs)
  const prefix = first.slice(0, first.indexOf('/out/') + '/out/'.length)
  return {
    graph: new BundleGraph(outdir, metafile, prefix),
    file: join(outdir, `${entry}.mjs`),
    packages: imports.map(([name]) => name),
  }
}
