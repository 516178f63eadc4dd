import { App, Duration, Size, Stack } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfiguration } from '../../../lib/configuration.ts'
import { PunctualFunction } from '../../../lib/constructs/punctual-function.ts'

const schema = z.object({ TABLE_NAME: z.string().min(1), ADMIN_EMAILS: z.string() })
const common = {
  settings: { configuration: readConfiguration({}), code: Code.fromInline('// nothing') },
  entry: 'jobs',
  description: 'A function',
  schema,
  timeout: Duration.seconds(10),
  memory: Size.mebibytes(128),
}
const stack = () => new Stack(new App(), 'Stack')

describe('a function’s environment', () => {
  it('is what its schema asks for', () => {
    const environment = { TABLE_NAME: 'punctual', ADMIN_EMAILS: '' }
    expect(() => new PunctualFunction(stack(), 'Function', { ...common, environment })).not.toThrow()
  })

  it('is refused when its schema refuses it', () => {
    const environment = { TABLE_NAME: '', ADMIN_EMAILS: '' }
    expect(() => new PunctualFunction(stack(), 'Function', { ...common, environment })).toThrow('TABLE_NAME')
  })

  it('does not compile when a variable is missing, unknown or no text', () => {
    // What is asserted here is checked by tsc: each comment below is an error unless the next line is one.
    const mistakes = [
      // @ts-expect-error TABLE_NAME is missing
      () => new PunctualFunction(stack(), 'Function', { ...common, environment: { ADMIN_EMAILS: '' } }),
      () =>
        new PunctualFunction(stack(), 'Function', {
          ...common,
          // @ts-expect-error TABLE is not in the schema
          environment: { TABLE_NAME: 'punctual', ADMIN_EMAILS: '', TABLE: 'punctual' },
        }),
      () =>
        new PunctualFunction(stack(), 'Function', {
          ...common,
          // @ts-expect-error a variable is text
          environment: { TABLE_NAME: 7, ADMIN_EMAILS: '' },
        }),
    ]
    expect(mistakes[0]).toThrow('TABLE_NAME')
    expect(mistakes[2]).toThrow('TABLE_NAME')
  })
})
