import { WireError } from '../wire-service.ts'
import type { MemberReader, TextRule } from './request-members.ts'
import type { Target } from './schedule-record.ts'

const arnRule: TextRule = { min: 1, max: 1600 }
const roleRule: TextRule = {
  pattern: 'arn:aws[a-z-]*:iam::\\d{12}:role\\/[a-zA-Z0-9+=,.@\\-_/]+',
  min: 1,
  max: 1600,
}
const queueRule: TextRule = { pattern: 'arn:aws[a-z-]*:sqs:[a-z0-9\\-]+:\\d{12}:[a-zA-Z0-9\\-_]+', min: 1, max: 1600 }

/** What the service takes where a retry policy says nothing. */
const DEFAULT_EVENT_AGE_SECONDS = 86_400
const DEFAULT_RETRY_ATTEMPTS = 185
const LARGEST_INPUT_BYTES = 256 * 1024

/** The services that a templated target may belong to. */
const targetServices = new Set(
  'codebuild codepipeline ecs events firehose inspector kinesis lambda sagemaker sns sqs states'.split(' '),
)
/** The services whose targets take any text as Input; the others take JSON. */
const textInputServices = new Set(['sqs', 'sns', 'kinesis', 'firehose'])
/** Blocks of parameters and the one service each is for. */
const parameterBlocks = {
  EcsParameters: 'ecs',
  EventBridgeParameters: 'events',
  KinesisParameters: 'kinesis',
  SageMakerPipelineParameters: 'sagemaker',
  SqsParameters: 'sqs',
} as const
const UNIVERSAL_TARGET = /^arn:aws[a-z-]*:scheduler:::aws-sdk:/

export function readTarget(members: MemberReader): Target {
  const retry = members.structure('RetryPolicy')
  const deadLetters = members.structure('DeadLetterConfig')
  return {
    Arn: members.requiredText('Arn', arnRule),
    RoleArn: members.requiredText('RoleArn', roleRule),
    Input: members.text('Input', { min: 1 }),
    DeadLetterConfig: deadLetters && { Arn: deadLetters.text('Arn', queueRule) },
    RetryPolicy: {
      MaximumEventAgeInSeconds:
        retry?.integer('MaximumEventAgeInSeconds', { min: 60, max: 86_400 }) ?? DEFAULT_EVENT_AGE_SECONDS,
      MaximumRetryAttempts: retry?.integer('MaximumRetryAttempts', { min: 0, max: 185 }) ?? DEFAULT_RETRY_ATTEMPTS,
    },
    EcsParameters: members.raw('EcsParameters'),
    EventBridgeParameters: members.raw('EventBridgeParameters'),
    KinesisParameters: members.raw('KinesisParameters'),
    SageMakerPipelineParameters: members.raw('SageMakerPipelineParameters'),
    SqsParameters: members.raw('SqsParameters'),
  }
}

/** @throws WireError ValidationException for a target that the service would not take. */
export function refuseUnfitTarget(target: Target, region: string): void {
  const isUniversal = UNIVERSAL_TARGET.test(target.Arn)
  const [prefix, , service = '', targetRegion = '', , ...resource] = target.Arn.split(':')
  if (prefix !== 'arn' || service === '' || resource.join(':') === '')
    throw refusal('Provided Arn is not in correct format.')
  if (!isUniversal && !targetServices.has(service)) throw refusal(`${service} is not a supported service for a target.`)
  if (targetRegion !== '' && targetRegion !== region)
    throw refusal(`The target ARN provided does not match the current region ${region}.`)
  for (const [block, owner] of Object.entries(parameterBlocks)) {
    const isSent = block in target && Reflect.get(target, block) !== undefined
    if (isSent && owner !== service) throw refusal(`Parameters ${block} not supported for the target.`)
  }
  refuseUnfitInput(target.Input, isUniversal, service)
}

function refuseUnfitInput(input: string | undefined, isUniversal: boolean, service: string): void {
  if (input === undefined) {
    if (isUniversal) throw refusal('You must provide an input to set this target for your schedule.')
    return
  }
  if (Buffer.byteLength(input) > LARGEST_INPUT_BYTES)
    throw refusal(`The input for the target exceeds ${LARGEST_INPUT_BYTES} bytes.`)
  if (!isUniversal && textInputServices.has(service)) return
  try {
    JSON.parse(input)
  } catch {
    throw refusal('JSON syntax error in input for the target.')
  }
}

function refusal(message: string): WireError {
  return new WireError('ValidationException', message)
}
