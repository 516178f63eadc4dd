import { devNull } from 'node:os'
import type { FunctionDefinition } from '../template/functions.ts'

/** What the environment of every function has in common. */
export type FunctionSurroundings = {
  readonly region: string
  /** URLs of the local services by the suffix of the SDK's variable: `AWS_ENDPOINT_URL_<name>`. */
  readonly endpoints: ReadonlyMap<string, string>
  /** Values that replace those of the template, in functions that declare the variable. */
  readonly overrides: Readonly<Record<string, string>>
}

/**
 * The whole environment of a function: what the template declares and what Lambda itself sets; nothing of the
 * environment that this process was started with but PATH.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  { region, endpoints, overrides }: FunctionSurroundings,
): Readonly<Record<string, string>> {
  const declared = Object.entries(definition.environment)
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.codeFolder,
    _HANDLER: definition.handler,
    // The key tells the local services who calls; nobody checks signatures.
    AWS_ACCESS_KEY_ID: definition.logicalId,
    AWS_SECRET_ACCESS_KEY: 'local',
    // Without these the SDK would read the credentials and settings of the person at this machine.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...Object.fromEntries([...endpoints].map(([name, url]) => [`AWS_ENDPOINT_URL_${name}`, url])),
    ...Object.fromEntries(declared.map(([name, value]) => [name, overrides[name] ?? value])),
  }
}
