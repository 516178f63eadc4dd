import { RemovalPolicy } from 'aws-cdk-lib'
import { describe, expect, it } from 'vitest'
import { readConfiguration, removalPolicyOf } from '../../lib/configuration.ts'

describe('the configuration', () => {
  it('needs nothing: the default is a development stage that keeps nothing', () => {
    expect(readConfiguration({})).toEqual({
      stage: 'dev',
      production: false,
      adminEmails: [],
      corsOrigins: [],
      retention: 30,
      auditRetention: 365,
      hostParallelism: 200,
    })
  })

  it('takes text, as the command line gives it', () => {
    const given = {
      stage: 'prod',
      production: 'false',
      mailSender: 'punctual@example.com',
      adminEmails: 'ada@example.com, bob@example.com',
      corsOrigins: 'https://app.example.com,http://localhost:5173',
      retention: '90',
      auditRetention: '730',
      alarmEmail: 'ops@example.com',
      executorReservedConcurrency: '100',
      hostParallelism: '50',
    }
    expect(readConfiguration(given)).toEqual({
      ...given,
      production: false,
      adminEmails: ['ada@example.com', 'bob@example.com'],
      corsOrigins: ['https://app.example.com', 'http://localhost:5173'],
      retention: 90,
      auditRetention: 730,
      executorReservedConcurrency: 100,
      hostParallelism: 50,
    })
  })

  it('takes JSON, as cdk.json gives it', () => {
    const given = { production: true, adminEmails: ['ada@example.com'], corsOrigins: ['*'], retention: 7 }
    expect(readConfiguration(given)).toMatchObject(given)
  })

  it.each([
    ['prod', true],
    ['dev', false],
    ['production-eu', false],
  ])('takes the stage %s for production: %s, unless told otherwise', (stage, production) => {
    expect(readConfiguration({ stage }).production).toBe(production)
    expect(readConfiguration({ stage, production: !production }).production).toBe(!production)
  })

  it('takes an empty list for none', () => {
    expect(readConfiguration({ adminEmails: '', corsOrigins: ' , ' })).toMatchObject({
      adminEmails: [],
      corsOrigins: [],
    })
  })

  it('leaves the keys of the toolkit and feature flags alone', () => {
    const context = { 'aws:cdk:bundling-stacks': ['*'], '@aws-cdk/core:checkSecretUsage': true, 'cli-telemetry': false }
    expect(readConfiguration(context)).toEqual(readConfiguration({}))
  })

  it.each<[Record<string, unknown>, string]>([
    [{ stage: 'Prod' }, '"stage" is "Prod"; it must be 1 to 20 of a-z, 0-9 and "-", beginning with a letter'],
    [{ stage: 7 }, '"stage" is 7; it must be text'],
    [{ stage: '' }, '"stage" is ""; it must be 1 to 20 of a-z, 0-9 and "-", beginning with a letter'],
    [{ production: 'yes' }, '"production" is "yes"; it must be true or false'],
    [{ mailSender: 'nobody' }, '"mailSender" is "nobody"; it must be an e-mail address such as ada@example.com'],
    [{ adminEmails: 'ada@example.com,bob' }, '"adminEmails" is "bob"; it must be an e-mail address'],
    [{ adminEmails: ['ada@example.com', 7] }, '"adminEmails" is 7; it must be an e-mail address'],
    [{ adminEmails: 7 }, '"adminEmails" is 7; it must be a list'],
    [
      { corsOrigins: 'https://app.example.com/' },
      '"corsOrigins" is "https://app.example.com/"; it must be "*" or an origin',
    ],
    [{ corsOrigins: 'app.example.com' }, '"corsOrigins" is "app.example.com"; it must be "*" or an origin'],
    [{ corsOrigins: 'ftp://app.example.com' }, '"corsOrigins" is "ftp://app.example.com"; it must be "*" or an origin'],
    [{ retention: '31' }, '"retention" is "31"; it must be one of 1, 3, 5, 7, 14, 30'],
    [{ retention: '1e1' }, '"retention" is "1e1"; it must be a number of days'],
    [{ auditRetention: '0' }, '"auditRetention" is "0"; it must be a number of days from 1 to 3653'],
    [
      { executorReservedConcurrency: '0' },
      '"executorReservedConcurrency" is "0"; it must be a whole number from 1 to 10000',
    ],
    [
      { executorReservedConcurrency: 1.5 },
      '"executorReservedConcurrency" is 1.5; it must be a whole number from 1 to 10000',
    ],
    [
      { adminEmail: 'a@example.com' },
      '"adminEmail" is unknown (it is "a@example.com"); the keys are stage, production,',
    ],
  ])('refuses %o and says why', (context, complaint) => {
    expect(() => readConfiguration(context)).toThrow(complaint)
  })

  it('names everything that is wrong at once', () => {
    const read = () => readConfiguration({ stage: 'A', retention: 2, typo: true })
    for (const complaint of ['"stage" is "A"', '"retention" is 2', '"typo" is unknown']) expect(read).toThrow(complaint)
  })

  it('keeps data in production and only there', () => {
    expect(removalPolicyOf(readConfiguration({ stage: 'prod' }))).toBe(RemovalPolicy.RETAIN)
    expect(removalPolicyOf(readConfiguration({ stage: 'dev' }))).toBe(RemovalPolicy.DESTROY)
  })
})
