import type { UserPoolDefinition } from '../cognito/user-pools.ts'
import type { CloudAssembly } from './cloud-assembly.ts'
import { type EventSourceDefinition, type FunctionDefinition, readEventSources, readFunctions } from './functions.ts'
import { type HttpApiDefinition, readHttpApis } from './http-apis.ts'
import type { Place } from './physical-ids.ts'
import { type QueueDefinition, readQueues } from './queues.ts'
import { ResolvedTemplate } from './resolved-template.ts'
import { type RoleDefinition, readRoles } from './roles.ts'
import { readScheduleGroups, readSchedules, type ScheduleDefinition } from './schedules.ts'
import { readTables, type TableDefinition } from './tables.ts'
import { readTopics, type TopicDefinition } from './topics.ts'
import { readUserPools } from './user-pools.ts'

/** Everything in a stack's template that the local cloud can run. */
export type CloudTemplate = {
  readonly tables: readonly TableDefinition[]
  readonly functions: readonly FunctionDefinition[]
  readonly eventSources: readonly EventSourceDefinition[]
  readonly httpApis: readonly HttpApiDefinition[]
  readonly scheduleGroups: readonly string[]
  readonly schedules: readonly ScheduleDefinition[]
  readonly queues: readonly QueueDefinition[]
  readonly topics: readonly TopicDefinition[]
  readonly userPools: readonly UserPoolDefinition[]
  readonly roles: readonly RoleDefinition[]
  readonly outputs: Readonly<Record<string, string>>
  /** Resources that have no counterpart here and whose absence may show. */
  readonly unsupported: readonly { readonly logicalId: string; readonly type: string }[]
}

/** Types that something here reads. */
const RUN = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::Cognito::UserPoolGroup',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
]

/** Types that only watch, permit or describe: nobody on one machine misses them. */
const HARMLESS = [
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::ResourcePolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]

/** @throws naming the resource, for anything that would behave otherwise than deployed */
export function readCloudTemplate(assembly: CloudAssembly, place: Place): CloudTemplate {
  const template = new ResolvedTemplate(assembly, place)
  const known = new Set([...RUN, ...HARMLESS])
  return {
    tables: readTables(template),
    functions: readFunctions(template),
    eventSources: readEventSources(template),
    httpApis: readHttpApis(template),
    scheduleGroups: readScheduleGroups(template),
    schedules: readSchedules(template),
    queues: readQueues(template),
    topics: readTopics(template),
    userPools: readUserPools(template),
    roles: readRoles(template),
    outputs: template.outputs,
    unsupported: template.resources
      .filter(({ type }) => !known.has(type))
      .map(({ logicalId, type }) => ({ logicalId, type })),
  }
}
