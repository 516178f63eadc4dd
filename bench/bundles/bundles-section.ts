import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Metafile } from 'esbuild'
import { synthesizeApp } from '../../bin/local/synthesized-app.ts'
import { bundleLambdas } from '../../lib/bundle.ts'
import { HOME } from '../../local/cloud.ts'
import { functionEnvironment } from '../../local/lambda/function-environment.ts'
import { readCloudAssembly } from '../../local/template/cloud-assembly.ts'
import { readCloudTemplate } from '../../local/template/cloud-template.ts'
import { PROJECT_ROOT } from '../cost/metered-cloud.ts'
import type { Findings, Section, Surroundings, Target } from '../report/section.ts'
import { buildBare } from './bare-bundle.ts'
import { BundleGraph, type Loaded } from './bundle-graph.ts'
import { startUpTimes } from './start-up.ts'

const EXECUTOR = 'executor'

/** What the executor has no use for until it needs it: loading it would be a defect. */
const NOT_AT_START = [/client-cognito/, /client-scheduler/, /aws-jwt-verify/, /^lambdas\/(api|http)\//]

/** Measures what each function loads, beside a bundle of its SDK clients alone. */
export const bundlesSection: Section = {
  name: 'bundles',
  title: 'Bundles, and how long they take to start',
  async measure({ quick, scratch, say }: Surroundings): Promise<Findings> {
    const { folder, functions } = await bundleLambdas({ projectRoot: PROJECT_ROOT })
    const metafile = await readMetafile(folder)
    const graph = new BundleGraph(folder, metafile, 'out/')
    const environments = await readEnvironments(scratch)
    const measured: Measured[] = []
    for (const entry of functions) {
      say(`starting ${entry} in fresh processes`)
      const own = graph.atStart(entry)
      const bare = await buildBare(PROJECT_ROOT, scratch, entry, own.modules)
      const environment = environments.get(entry) ?? {}
      const candidates = [join(folder, `${entry}.mjs`), bare.file].map((file) => ({ file, environment }))
      const [ownMs = Number.NaN, bareMs = Number.NaN] = await startUpTimes(candidates, quick ? 7 : 20)
      measured.push({ entry, own, all: graph.inAll(entry), bare: bare.graph.atStart(entry), ownMs, bareMs })
    }
    const executor = measured.find(({ entry }) => entry === EXECUTOR)
    return { tables: [table(measured)], targets: executor ? targets(executor) : [] }
  },
}

type Measured = {
  readonly entry: string
  /** Loaded at start. */
  readonly own: Loaded
  /** With everything that may be loaded later. */
  readonly all: Loaded
  readonly bare: Loaded
  readonly ownMs: number
  readonly bareMs: number
}

const readMetafile = async (folder: string): Promise<Metafile> =>
  JSON.parse(await readFile(join(PROJECT_ROOT, 'dist/source-maps', basename(folder), 'metafile.json'), 'utf8'))

/** The environments of functions as the template declares them, by the file of their handlers. */
async function readEnvironments(scratch: string): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  const assembly = readCloudAssembly(await synthesizeApp(PROJECT_ROOT, join(scratch, 'cdk.out')))
  const place = {
    ...HOME,
    stackName: assembly.stackName,
    queueEndpoint: 'http://127.0.0.1:9',
    apiEndpoint: 'http://127.0.0.1:9',
  }
  const surroundings = { region: HOME.region, endpoints: new Map<string, string>(), overrides: {} }
  return new Map(
    readCloudTemplate(assembly, place).functions.map((definition) => [
      definition.handler.replace(/\.handler$/, ''),
      functionEnvironment(definition, surroundings),
    ]),
  )
}

const KB = 1000

const table = (measured: readonly Measured[]) => ({
  title: 'A function',
  rows: measured.map(({ entry, own, all, bare, ownMs, bareMs }) => ({
    function: entry,
    'KB at start': own.minified / KB,
    'gzipped KB': own.gzipped / KB,
    modules: own.modules.length,
    'KB in all': all.minified / KB,
    'SDK alone KB': bare.minified / KB,
    'size ratio': own.minified / bare.minified,
    'start ms': ownMs,
    'SDK alone ms': bareMs,
    'start ratio': ownMs / bareMs,
  })),
  notes: [
    '"SDK alone" is a bundle of what the function imports from the AWS SDK, its clients made: one minified file, without the',
    'credential providers that Lambda does not use. Times are over a bare Node process, medians, taken in turns.',
  ],
})

function targets({ own, bare, ownMs, bareMs }: Measured): readonly Target[] {
  const unwanted = own.modules.filter((name) => NOT_AT_START.some((pattern) => pattern.test(name)))
  return [
    {
      promise: 'size of the executor, in bundles of its SDK clients alone',
      atMost: 1.25,
      measured: own.minified / bare.minified,
    },
    {
      promise: 'start-up of the executor, in start-ups of its SDK clients alone',
      atMost: 1.15,
      measured: ownMs / bareMs,
    },
    {
      promise: 'modules of Cognito, Scheduler or the API that the executor loads at start',
      atMost: 0,
      measured: unwanted.length,
    },
  ]
}
