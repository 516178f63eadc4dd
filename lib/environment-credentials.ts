import type { Plugin } from 'esbuild'

/** The provider that reads the environment. */
const ENVIRONMENT = '@aws-sdk/credential-provider-env'

/**
 * Leaves out of a bundle every way to find credentials but the one that Lambda uses: its environment variables (Lambda
 * Developer Guide, "Defined runtime environment variables"). The SDK's chain of providers drags in clients of STS and SSO.
 */
export function environmentCredentials(): Plugin {
  return {
    name: 'environment-credentials',
    setup(build) {
      build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ path, resolveDir }) => ({
        path,
        namespace: 'environment-credentials',
        pluginData: { resolveDir },
        sideEffects: false,
      }))
      build.onLoad({ filter: /./, namespace: 'environment-credentials' }, ({ pluginData }) => ({
        contents: ['export { fromEnv as defaultProvider } from', JSON.stringify(ENVIRONMENT)].join(' '),
        resolveDir: pluginData.resolveDir,
      }))
    },
  }
}
