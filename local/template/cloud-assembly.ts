import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** One stack of a folder that `cdk synth` wrote: its template, and where the code of its functions lies. */
export type CloudAssembly = {
  readonly stackName: string
  readonly template: Template
  /** Folders of file assets by the object key that the template uses for them (`<hash>.zip`). */
  readonly assetFolders: ReadonlyMap<string, string>
}

export type Template = z.infer<typeof Template>

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
})

const Parameter = z.object({ Type: z.string(), Default: z.unknown().optional() })

const Template = z.object({
  Parameters: z.record(z.string(), Parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), Resource).default({}),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Condition: z.string().optional() })).default({}),
})

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional() })
        .default({}),
    }),
  ),
})

const AssetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
})

function readJson<T>(schema: z.ZodType<T>, file: string): T {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file} is not what "cdk synth" writes: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/**
 * Reads the one stack of a cloud assembly.
 * @param folder what `cdk synth --output` wrote
 * @throws when the folder has no stack, or several
 */
export function readCloudAssembly(folder: string): CloudAssembly {
  const artifacts = Object.entries(readJson(Manifest, join(folder, 'manifest.json')).artifacts)
  const stacks = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack')
  const [stack] = stacks
  if (!stack || stacks.length > 1) {
    const names = stacks.map(([name]) => name).join(', ')
    throw new Error(`The local cloud runs one stack; ${folder} has ${stacks.length}${names && `: ${names}`}`)
  }
  const [name, { properties }] = stack
  const manifests = artifacts.filter(([, { type }]) => type === 'cdk:asset-manifest')
  return {
    stackName: properties.stackName ?? name,
    template: readJson(Template, join(folder, properties.templateFile ?? `${name}.template.json`)),
    assetFolders: new Map(manifests.flatMap(([, { properties }]) => readAssetFolders(folder, properties.file))),
  }
}

function readAssetFolders(folder: string, file: string | undefined): (readonly [string, string])[] {
  if (!file) return []
  return Object.values(readJson(AssetManifest, join(folder, file)).files).flatMap(({ source, destinations }) => {
    const { path, packaging } = source
    if (path === undefined || packaging !== 'zip') return []
    return Object.values(destinations).map(({ objectKey }) => [objectKey, resolve(folder, path)] as const)
  })
}
