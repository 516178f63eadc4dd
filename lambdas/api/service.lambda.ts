import { probeTable } from '../adapters/dynamodb/probe-table.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { brotliPageFiles } from '../adapters/page-files/brotli-page-files.ts'
import { ServiceEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { VERSION } from '../config/version.ts'
import { contracts } from '../http/contracts/index.ts'
import { openPublicDoor } from '../wiring/door.ts'
import { serviceFunction } from './service.ts'

const environment = readEnvironment(ServiceEnvironment)
const table = openTable(environment)

export const handler = serviceFunction({
  ...openPublicDoor(table),
  version: VERSION,
  probes: { table: probeTable(table) },
  clock: Date.now,
  contracts,
  pageFiles: brotliPageFiles(new URL('reference-page/', import.meta.url)),
})
