#!/usr/bin/env node
import { ConfigurationError } from '../lib/configuration.ts'
import { synthesize } from '../lib/synthesize.ts'

/** What the CDK toolkit runs (cdk.json): the app, with the toolkit's context and output folder. */
try {
  await synthesize()
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
