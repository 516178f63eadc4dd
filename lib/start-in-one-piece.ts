import { dirname, relative } from 'node:path'
import type { Plugin } from 'esbuild'

const NAMESPACE = 'loaded-later'

/**
 * Has a function start from one chunk, however much of it what is loaded later also uses.
 *
 * esbuild puts into one chunk what the same set of entries reaches, and each lazy import is an entry: whatever three of them
 * share is one file, and whatever two others share another. Here each of them reaches all that the function has
 * loaded anyway when it comes to them, so that the set is the same for all of that. Only of use where a build has one function.
 * @param entry the file of the function's handler
 */
export function startInOnePiece(entry: string): Plugin {
  return {
    name: 'start-in-one-piece',
    setup(build) {
      build.onResolve({ filter: /^\./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind !== 'dynamic-import' || !importer.endsWith('.ts') || pluginData === NAMESPACE) return undefined
        const real = await build.resolve(path, { kind, importer, resolveDir, pluginData: NAMESPACE })
        if (real.errors.length > 0) return real
        // The names of chunks depend on it, and must not on where the project lies.
        const name = relative(build.initialOptions.absWorkingDir ?? '', real.path)
        return { path: name, namespace: NAMESPACE, pluginData: real.path }
      })
      build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ pluginData: file }) => ({
        contents: `import ${JSON.stringify(entry)};export * from ${JSON.stringify(file)};`,
        resolveDir: dirname(file),
      }))
    },
  }
}
