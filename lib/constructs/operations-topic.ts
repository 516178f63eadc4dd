import { Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { PunctualFunction } from './punctual-function.ts'

export interface OperationsTopicProps {
  /** Who gets what is published. @default nobody; subscribe to the topic by hand */
  readonly alarmEmail?: string | undefined
}

/** Where whoever runs Punctual is told: by alarms and, where no sender of mail is configured, of users' jobs as well. */
export class OperationsTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { alarmEmail }: OperationsTopicProps) {
    super(scope, id)
    this.topic = new Topic(this, 'Alarms', { displayName: 'Punctual alarms', enforceSSL: true })
    const { account } = Stack.of(this)
    // A topic with a policy of its own loses the default one, by which alarms of the account could publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    )
    if (alarmEmail !== undefined) this.mailTo(alarmEmail)
  }

  /** Lets the function publish. */
  allowPublishing(user: PunctualFunction): void {
    user.allow({ actions: ['sns:Publish'], resources: [this.topic.topicArn] })
  }

  private mailTo(address: string): void {
    const subscription = this.topic.addSubscription(new EmailSubscription(address))
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'SNS retries mail for hours, and the alarm itself stays visible in CloudWatch; a queue of old alarms helps nobody.',
    })
  }
}
