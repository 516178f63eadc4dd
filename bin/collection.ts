#!/usr/bin/env node
import { writeFile } from 'node:fs/promises'
import { VERSION } from '../lambdas/config/version.ts'
import { contracts } from '../lambdas/http/contracts/index.ts'
import { openApi } from '../lambdas/http/open-api.ts'
import { collectionFiles } from './collection/collection-files.ts'

for (const [file, content] of Object.entries(collectionFiles(openApi(contracts, VERSION)))) {
  await writeFile(new URL(`../${file}`, import.meta.url), content)
}
