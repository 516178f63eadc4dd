import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { App, Validations } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { z } from 'zod'
import { bundleLambdas } from './bundle.ts'
import { type Configuration, readConfiguration } from './configuration.ts'
import { PunctualStack } from './punctual-stack.ts'
import { referencePage } from './reference-page.ts'

export interface SynthesizeOptions {
  /** CDK context on top of cdk.json's; the keys of the configuration and any feature flag. @default none */
  readonly context?: Readonly<Record<string, unknown>>
  /** Where the cloud assembly is written. @default the toolkit's choice, else a new temporary folder */
  readonly outdir?: string
  /** Whether the template is checked against cdk-nag's and CloudFormation's rules. @default true */
  readonly nag?: boolean
}

export interface Synthesized {
  /** The cloud assembly: `<stackName>.template.json`, the assets and their manifest. */
  readonly outdir: string
  readonly stackName: string
}

const PROJECT_ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Makes the cloud assembly, for the CDK toolkit and for the local service alike: the same template, the same bundles.
 * @throws ConfigurationError when the configuration is not valid; Error when a function does not bundle or a rule is violated.
 */
export async function synthesize({ context = {}, outdir, nag = true }: SynthesizeOptions = {}): Promise<Synthesized> {
  const app = new App({
    context: { ...cdkJsonContext(), ...context },
    analyticsReporting: false,
    // What follows helps to find a violation in the sources, and takes longer than the template itself.
    builtinCloudFormationValidation: nag,
    treeMetadata: nag,
    stackTraces: nag,
    ...(outdir === undefined ? {} : { outdir }),
  })
  const configuration = readConfiguration(app.node.getAllContext())
  if (nag) await addRulePacks(app)
  const stackName = stackNameOf(configuration)
  new PunctualStack(app, stackName, {
    description: `Punctual, a cron service for HTTP calls (${configuration.stage})`,
    terminationProtection: configuration.production,
    tags: { application: 'punctual', stage: configuration.stage },
    settings: { configuration, code: await lambdaCode(app) },
  })
  return { outdir: app.synth().directory, stackName }
}

export function stackNameOf({ stage }: Pick<Configuration, 'stage'>): string {
  return `punctual-${stage}`
}

/** Commands that deploy nothing (`cdk ls`, `cdk destroy`) ask for no stack to be bundled, with an empty list. */
async function lambdaCode(app: App): Promise<Code> {
  const stacksToBundle: unknown = app.node.tryGetContext('aws:cdk:bundling-stacks')
  if (Array.isArray(stacksToBundle) && stacksToBundle.length === 0) return Code.fromInline('// not bundled')
  const { folder } = await bundleLambdas({ projectRoot: PROJECT_ROOT, files: await referencePage(PROJECT_ROOT) })
  return Code.fromAsset(folder)
}

/** The toolkit passes this context itself; without it (the local service, tests) the template must be the same. */
function cdkJsonContext(): Record<string, unknown> {
  const file: unknown = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8'))
  return z.object({ context: z.record(z.string(), z.unknown()) }).parse(file).context
}

/** Loaded only when wanted: the rules take a second to load, and a local start has no use for them. */
async function addRulePacks(app: App): Promise<void> {
  const { AwsSolutionsChecks, ServerlessChecks } = await import('cdk-nag')
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
}
