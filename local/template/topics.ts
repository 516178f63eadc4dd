import { z } from 'zod'
import type { ResolvedTemplate } from './resolved-template.ts'

/** A topic with its subscriptions, as the template describes them. */
export type TopicDefinition = {
  readonly name: string
  readonly arn: string
  readonly subscriptions: readonly { readonly protocol: string; readonly endpoint: string }[]
}

const Subscription = z.object({ Protocol: z.string(), Endpoint: z.string() })

const TopicProperties = z.object({ Subscription: z.array(Subscription).default([]) })

export function readTopics(template: ResolvedTemplate): readonly TopicDefinition[] {
  const standalone = template.read(['AWS::SNS::Subscription'], Subscription.extend({ TopicArn: z.string() }))
  return template.read(['AWS::SNS::Topic'], TopicProperties).map(({ name, arn, properties }) => {
    const mine = standalone.map(({ properties }) => properties).filter(({ TopicArn }) => TopicArn === arn)
    return {
      name,
      arn,
      subscriptions: [...properties.Subscription, ...mine].map(({ Protocol, Endpoint }) => ({
        protocol: Protocol,
        endpoint: Endpoint,
      })),
    }
  })
}
