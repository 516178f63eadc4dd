import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundling } from '../../lib/bundle.ts'
import { environmentCredentials } from '../../lib/environment-credentials.ts'
import { BundleGraph } from './bundle-graph.ts'

/** `import { A, type B } from '@aws-sdk/…'`, but not `import type`. */
const SDK_IMPORT = /^import \{([^}]*)\} from '(@aws-sdk\/[^']+)'/gm

/** Names that files import from the SDK, by package. */
function sdkImports(projectRoot: string, files: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const imports = new Map<string, Set<string>>()
  for (const file of files.filter((name) => name.startsWith('lambdas/'))) {
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
 * without the credential providers that Lambda has no use for.
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
