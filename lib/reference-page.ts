import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { BundledFile } from './bundle.ts'

/** Where the files of the page come from, by the name under which the API serves them. */
const SOURCES: Readonly<Record<string, string>> = {
  'index.html': 'lambdas/reference-page/index.html',
  'page.css': 'lambdas/reference-page/page.css',
  'page.js': 'lambdas/reference-page/page.js',
  'icon.svg': 'lambdas/reference-page/icon.svg',
  'swagger-ui.css': 'node_modules/swagger-ui-dist/swagger-ui.css',
  'swagger-ui-bundle.js': 'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
  // Its first line says that these are beside it.
  'swagger-ui-bundle.js.LICENSE.txt': 'node_modules/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
  'swagger-ui.LICENSE.txt': 'node_modules/swagger-ui-dist/LICENSE',
  'swagger-ui.NOTICE.txt': 'node_modules/swagger-ui-dist/NOTICE',
}

/** A tenth larger than at the highest quality, 11, and forty times as fast. */
const QUALITY = 7

const compress = promisify(brotliCompress)

/** The files of the reference page, compressed, as the service function finds them beside its code. */
export async function referencePage(projectRoot: string): Promise<readonly BundledFile[]> {
  return Promise.all(
    Object.entries(SOURCES).map(async ([name, source]) => {
      const content = await readFile(join(projectRoot, source), 'utf8')
      // Nobody debugs the viewer through us, and its map is not served.
      const text = content.replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/m, '')
      const bytes = await compress(text, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } })
      return { path: `reference-page/${name}.br`, bytes }
    }),
  )
}
