import type { OperatedCloud, OperatedCloudOptions } from '../support/operated-cloud.ts'
import { documents, logsSince, runFunction, setting, tableName } from './deployed-stack.ts'

/** Stands in for test/support/operated-cloud.ts: what an operator can do to the deployed stack, through AWS's own APIs. */
type DeployedCloud = Pick<OperatedCloud, 'table' | 'complaints' | 'run' | 'close'> & { readonly cloud: { url: string } }

/** There is one stack, on the one clock of this machine. */
export async function startOperatedCloud(options: OperatedCloudOptions = {}): Promise<DeployedCloud> {
  if (Object.keys(options).length > 0) throw new Error('The deployed stack cannot be started with options.')
  const startedAt = Date.now()
  return {
    cloud: { url: setting('PUNCTUAL_URL') },
    table: { client: documents, name: await tableName() },
    get complaints() {
      return logsSince(startedAt)
        .split('\n')
        .filter((line) => /"level":"(warn|error)"/i.test(line))
    },
    run: runFunction,
    close: async () => {},
  }
}
