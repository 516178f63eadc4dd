import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything that the template and the bundles are made of. */
const SOURCES = [
  'package.json',
  'package-lock.json',
  'cdk.json',
  'lib/**/*.ts',
  'lambdas/**/*.ts',
  'schedule-expressions/**/*.ts',
]

/** What is told to the app besides cdk.json. */
const CONTEXT = { stage: 'local', mailSender: 'punctual@example.com' }

/**
 * Makes the cloud assembly in `outdir`, unless the one there was made from the very same sources.
 * Loading the CDK alone takes a second, so it is only loaded when it is needed.
 */
export async function synthesizeApp(projectRoot: string, outdir: string): Promise<string> {
  const digest = digestSources(projectRoot)
  const marker = `${outdir}.sources`
  if ((await readFile(marker, 'utf8').catch(() => '')) === digest) return outdir
  await Promise.all([rm(marker, { force: true }), rm(outdir, { recursive: true, force: true })])
  const { synthesize } = await import('../../lib/synthesize.ts')
  // The rules of cdk-nag are checked by `cdk synth`; here they would only take time.
  await synthesize({ context: CONTEXT, outdir, nag: false })
  await writeFile(marker, digest)
  return outdir
}

function digestSources(projectRoot: string): string {
  const hash = createHash('sha256').update(JSON.stringify([process.version, CONTEXT]))
  for (const file of globSync(SOURCES, { cwd: projectRoot }).toSorted()) {
    const content = readFileSync(join(projectRoot, file))
    hash.update(`\0${file}\0${content.byteLength}\0`).update(content)
  }
  return hash.digest('hex')
}
