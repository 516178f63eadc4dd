import { CfnOutput, Lazy, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ApiFunctions } from './constructs/api-functions.ts'
import { DeadLetters } from './constructs/dead-letters.ts'
import { Executor } from './constructs/executor.ts'
import { HttpApi } from './constructs/http-api.ts'
import { Identity } from './constructs/identity.ts'
import { Operations } from './constructs/operations.ts'
import { OperationsTopic } from './constructs/operations-topic.ts'
import type { FunctionSettings } from './constructs/punctual-function.ts'
import { PunctualTable } from './constructs/punctual-table.ts'
import { RunCounter } from './constructs/run-counter.ts'
import { Scheduling } from './constructs/scheduling.ts'
import { SecretVault } from './constructs/secret-vault.ts'
import { Sweeper } from './constructs/sweeper.ts'
import { Worker } from './constructs/worker.ts'

export interface PunctualStackProps extends StackProps {
  readonly settings: FunctionSettings
}

/** One deployment of Punctual. It only wires: each capability is a construct of its own. */
export class PunctualStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: PunctualStackProps) {
    super(scope, id, props)
    const { configuration } = settings
    const { stage, production, mailSender, alarmEmail, auditRetention } = configuration

    const table = new PunctualTable(this, 'Table', { production, auditRetention })
    const identity = new Identity(this, 'Identity', { production, mailSender })
    const vault = new SecretVault(this, 'Vault', { stage })

    const deadLetters = new DeadLetters(this, 'DeadLetters', { settings, table })
    const scheduling = new Scheduling(this, 'Scheduling', { stage, deadLetters })
    const topic = new OperationsTopic(this, 'Topic', { alarmEmail })
    // The API is made of functions, and these start the executor, which only needs to know where the API will be.
    const apiUrl = Lazy.string({ produce: () => api.api.apiEndpoint })
    const running = { settings, table, vault, scheduling, deadLetters, identity, topic, apiUrl }
    const executor = new Executor(this, 'Executor', running)
    const worker = new Worker(this, 'Worker', { settings, table, identity, vault, scheduling, executor })
    const sweeper = new Sweeper(this, 'Sweeper', { settings, table, scheduling, executor, worker, vault })
    const runCounter = new RunCounter(this, 'RunCounter', { settings, table })

    const used = { settings, table, identity, scheduling, executor, vault, worker }
    const functions = new ApiFunctions(this, 'Functions', used)
    const api: HttpApi = new HttpApi(this, 'Http', { configuration, functions: functions.byResource })

    const watched = { stage, table, scheduling, executor, sweeper, runCounter, deadLetters, api }
    new Operations(this, 'Operations', { ...watched, topic: topic.topic })

    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the API is' })
    new CfnOutput(this, 'UserPoolId', { value: identity.userPoolId, description: 'Where the accounts are' })
    new CfnOutput(this, 'UserPoolClientId', {
      value: identity.userPoolClientId,
      description: 'The client that logs in',
    })
  }
}
