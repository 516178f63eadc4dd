#!/usr/bin/env node
import { synthesize } from '../lib/synthesize.ts'

/** What the CDK toolkit runs (cdk.json): the app, with the toolkit's context and output folder. */
await synthesize()
