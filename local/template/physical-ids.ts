import { createHash } from 'node:crypto'

/** Where the stack stands: what goes into ARNs and URLs. */
export type Place = {
  readonly accountId: string
  readonly region: string
  readonly stackName: string
  /** URL of the local SQS, without a slash at the end; queue URLs begin with it. */
  readonly queueEndpoint: string
  /** URL of the local HTTP API, without a slash at the end. */
  readonly apiEndpoint: string
}

export type Identity = {
  /** What `Ref` gives. */
  readonly ref: string
  /** The resource's own name or id, as it stands in its ARN. */
  readonly name: string
  readonly arn: string
  /** What `Fn::GetAtt` gives; an attribute that is not listed here is not known. */
  readonly attributes: Readonly<Record<string, string>>
}

type Kind = {
  /** Property by which the template may choose the name. */
  readonly nameProperty?: string
  /** Makes the id of a resource whose name is not chosen by the template. */
  readonly generate?: (hash: string, place: Place) => string
  readonly arn: (name: string, place: Place, properties: Readonly<Record<string, unknown>>) => string
  readonly ref?: (name: string, arn: string, place: Place) => string
  readonly attributes?: (name: string, arn: string, place: Place) => Readonly<Record<string, string>>
}

const arnOf =
  (service: string, before: string) =>
  (name: string, { region, accountId }: Place) =>
    `arn:aws:${service}:${region}:${accountId}:${before}${name}`

const queueUrl = (name: string, { queueEndpoint, accountId }: Place) => `${queueEndpoint}/${accountId}/${name}`

const lowerCaseId = (length: number) => (hash: string) => hash.slice(0, length)

/** Source: AWS CloudFormation User Guide, the "Return values" of each resource type. */
const kinds: Readonly<Record<string, Kind>> = {
  'AWS::ApiGatewayV2::Api': {
    generate: lowerCaseId(10),
    arn: (name, { region }) => `arn:aws:apigateway:${region}::/apis/${name}`,
    attributes: (name, _arn, { apiEndpoint }) => ({ ApiEndpoint: apiEndpoint, ApiId: name }),
  },
  'AWS::ApiGatewayV2::Integration': {
    generate: lowerCaseId(7),
    arn: (name, { region }) => `arn:aws:apigateway:${region}::/integrations/${name}`,
  },
  'AWS::ApiGatewayV2::Stage': {
    nameProperty: 'StageName',
    arn: (name, { region }) => `arn:aws:apigateway:${region}::/stages/${name}`,
  },
  'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', arn: arnOf('cloudwatch', 'alarm:') },
  'AWS::Cognito::UserPool': {
    generate: (hash, { region }) => `${region}_${hash.slice(0, 9)}`,
    arn: arnOf('cognito-idp', 'userpool/'),
    attributes: (name, _arn, { region }) => ({
      UserPoolId: name,
      ProviderName: `cognito-idp.${region}.amazonaws.com/${name}`,
      ProviderURL: `https://cognito-idp.${region}.amazonaws.com/${name}`,
    }),
  },
  'AWS::Cognito::UserPoolClient': {
    generate: lowerCaseId(26),
    arn: arnOf('cognito-idp', 'userpoolclient/'),
    attributes: (name) => ({ ClientId: name }),
  },
  'AWS::Cognito::UserPoolGroup': { nameProperty: 'GroupName', arn: arnOf('cognito-idp', 'group/') },
  'AWS::DynamoDB::GlobalTable': { nameProperty: 'TableName', arn: arnOf('dynamodb', 'table/') },
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', arn: arnOf('dynamodb', 'table/') },
  'AWS::Events::Rule': { nameProperty: 'Name', arn: arnOf('events', 'rule/') },
  'AWS::IAM::Policy': {
    nameProperty: 'PolicyName',
    arn: (name, { accountId }) => `arn:aws:iam::${accountId}:policy/${name}`,
  },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    arn: (name, { accountId }) => `arn:aws:iam::${accountId}:policy/${name}`,
    ref: (_name, arn) => arn,
    attributes: (_name, arn) => ({ PolicyArn: arn }),
  },
  'AWS::IAM::Role': {
    nameProperty: 'RoleName',
    arn: (name, { accountId }) => `arn:aws:iam::${accountId}:role/${name}`,
    attributes: (name) => ({ RoleId: name }),
  },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', arn: arnOf('lambda', 'function:') },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    arn: (name, { region, accountId }) => `arn:aws:logs:${region}:${accountId}:log-group:${name}:*`,
  },
  'AWS::SNS::Topic': {
    nameProperty: 'TopicName',
    arn: arnOf('sns', ''),
    ref: (_name, arn) => arn,
    attributes: (name, arn) => ({ TopicArn: arn, TopicName: name }),
  },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    arn: arnOf('sqs', ''),
    ref: (name, _arn, place) => queueUrl(name, place),
    attributes: (name, _arn, place) => ({ QueueName: name, QueueUrl: queueUrl(name, place) }),
  },
  'AWS::Scheduler::Schedule': {
    nameProperty: 'Name',
    arn: (name, place, { GroupName }) =>
      arnOf('scheduler', `schedule/${typeof GroupName === 'string' ? GroupName : 'default'}/`)(name, place),
  },
  'AWS::Scheduler::ScheduleGroup': { nameProperty: 'Name', arn: arnOf('scheduler', 'schedule-group/') },
}

/** Longest name that all of the named services take. */
const LONGEST_NAME = 64

const HASH_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Letters and digits that depend on the stack's and the resource's name alone, so that a restart finds them again. */
function stableHash(stackName: string, logicalId: string): string {
  const digest = createHash('sha256').update(`${stackName}/${logicalId}`).digest()
  return Array.from(digest, (byte) => HASH_ALPHABET[byte % HASH_ALPHABET.length]).join('')
}

function generateName(stackName: string, logicalId: string, hash: string): string {
  const suffix = hash.slice(0, 12)
  return `${`${stackName}-${logicalId}`.slice(0, LONGEST_NAME - suffix.length - 1)}-${suffix}`
}

/**
 * Gives a resource its physical id, as a deployment would, the same at every start.
 * @param properties resolved properties, of which only the name (and a schedule's group) matters
 */
export function identify(
  resource: {
    readonly type: string
    readonly logicalId: string
    readonly properties: Readonly<Record<string, unknown>>
  },
  place: Place,
): Identity {
  const { type, logicalId, properties } = resource
  const kind = kinds[type] ?? genericKind(type)
  const hash = stableHash(place.stackName, logicalId)
  const chosen = kind.nameProperty === undefined ? undefined : properties[kind.nameProperty]
  const generated = kind.generate?.(hash, place) ?? generateName(place.stackName, logicalId, hash)
  const name = typeof chosen === 'string' ? chosen : generated
  const arn = kind.arn(name, place, properties)
  return {
    name,
    arn,
    ref: kind.ref?.(name, arn, place) ?? name,
    attributes: { Arn: arn, ...kind.attributes?.(name, arn, place) },
  }
}

/** Property by which the template may choose the resource's name; other properties never matter for its identity. */
export const identifyingProperties = (type: string): readonly string[] => {
  const name = kinds[type]?.nameProperty
  return [...(name === undefined ? [] : [name]), ...(type === 'AWS::Scheduler::Schedule' ? ['GroupName'] : [])]
}

function genericKind(type: string): Kind {
  const [, service = 'unknown', resource = 'resource'] = type.split('::')
  return { arn: arnOf(service.toLowerCase(), `${resource.toLowerCase()}/`) }
}
