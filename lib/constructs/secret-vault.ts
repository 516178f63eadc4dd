import { ArnFormat, Stack, Validations } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { PunctualFunction } from './punctual-function.ts'

export interface SecretVaultProps {
  readonly stage: string
}

/**
 * The part of Secrets Manager where tenants' secrets live: `/punctual/<stage>/<tenant>/<id>`. It holds no secret of its own;
 * it is the one place that says who may write values and who may read them. Nobody may do both.
 */
export class SecretVault extends Construct {
  private readonly path: string
  private readonly secrets: string

  constructor(scope: Construct, id: string, { stage }: SecretVaultProps) {
    super(scope, id)
    this.path = `/punctual/${stage}/*`
    this.secrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: this.path,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    })
  }

  /** Lets the function store and delete values, but not see them. */
  allowWriting(user: PunctualFunction): void {
    user.allow({
      actions: [
        'secretsmanager:CreateSecret',
        'secretsmanager:PutSecretValue',
        'secretsmanager:DeleteSecret',
        'secretsmanager:TagResource',
      ],
      resources: [this.secrets],
    })
    this.acknowledgeWildcard(user)
  }

  /** Lets the function delete values, and nothing else. */
  allowDeleting(user: PunctualFunction): void {
    user.allow({ actions: ['secretsmanager:DeleteSecret'], resources: [this.secrets] })
    this.acknowledgeWildcard(user)
  }

  /** Lets the function see values. */
  allowReading(user: PunctualFunction): void {
    user.allow({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secrets] })
    this.acknowledgeWildcard(user)
  }

  private acknowledgeWildcard(user: PunctualFunction): void {
    Validations.of(user).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${this.path}]`,
      reason: 'Secrets are made while the service runs; all of this stage, and only they, are under this path.',
    })
  }
}
