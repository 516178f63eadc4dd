import { probeTable } from '../adapters/dynamodb/probe-table.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { brotliPageFiles } from '../adapters/page-files/brotli-page-files.ts'
import { ServiceEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { VERSION } from '../config/version.ts'
import { contracts } from '../http/contracts/index.ts'
import { serviceFunction } from './service.ts'

const environment = readEnvironment(ServiceEnvironment)

export const handler = serviceFunction({
  log: consoleLog(),
  // Every operation here is public, so that no token is ever looked at.
  tokens: { verify: async () => undefined },
  version: VERSION,
  probes: { table: probeTable(openTable(environment)) },
  contracts,
  pageFiles: brotliPageFiles(new URL('reference-page/', import.meta.url)),
})
