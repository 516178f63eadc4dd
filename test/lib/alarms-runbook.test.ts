import { globSync, readFileSync } from 'node:fs'
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { Template } from 'aws-cdk-lib/assertions'
import { ulid } from 'ulid'
import { beforeAll, describe, expect, it } from 'vitest'
import { dynamoJobStore } from '../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { newJob } from '../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { METRIC_NAMESPACE, metricUnits } from '../../lambdas/domain/metrics.ts'
import { Configuration } from '../../lib/configuration.ts'
import { startTable } from '../support/dynamodb.ts'
import { alarmsOf, type WatchedAlarm } from './alarms.ts'
import { resourcesOf, templateOf } from './synthesized.ts'

const STAGE = 'prod'
const runbook = readFileSync('RUNBOOK.md', 'utf8')

/** A section of level 2, without its heading. */
const section = (title: string): string =>
  runbook
    .split(/^## /m)
    .find((part) => part.startsWith(`${title}\n`))
    ?.slice(title.length) ?? ''

/** The paragraphs of the alarms by title. */
const paragraphs = new Map(
  section('The alarms')
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n')
      return [title, lines.join('\n')] as const
    }),
)

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  `#${heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')}`

/** A price as the tables write it. */
const dollars = (amount: number) => amount.toFixed(2)

describe('RUNBOOK.md', () => {
  let template: Template
  let alarms: readonly WatchedAlarm[]
  beforeAll(async () => {
    template = await templateOf({ stage: STAGE })
    alarms = alarmsOf(template, STAGE)
  })

  it('has a paragraph for every alarm, by the alarm’s name, and for nothing else', () => {
    expect(alarms.length).toBeGreaterThan(0)
    expect([...paragraphs.keys()].toSorted()).toEqual(alarms.map(({ title }) => title).toSorted())
  })

  it('is named by every alarm, with the paragraph that helps', () => {
    for (const { title, properties } of alarms) {
      expect(properties.AlarmName).toBe(`punctual-${STAGE} ${title}`)
      expect(properties.AlarmDescription).toMatch(/^[A-Z].+\. What to do: RUNBOOK\.md, "(.+)"\.$/)
      expect(properties.AlarmDescription).toContain(`RUNBOOK.md, "${title}"`)
      // CloudFormation turns other characters into question marks.
      expect(properties.AlarmDescription).toMatch(/^[\x20-\x7E]+$/)
    }
  })

  it('says of every alarm what it means, where to look first and what to do, in this order', () => {
    for (const [title, text] of paragraphs) {
      const parts = [...text.matchAll(/^\*\*(.+?)\.\*\* \S/gm)].map(([, part]) => part)
      expect(parts, title).toEqual(['Means', 'First look', 'Remedy'])
    }
  })

  it('tells what alarms and our own metrics cost', () => {
    const metrics = alarms.flatMap((alarm) => alarm.metrics).length
    const own = Object.keys(metricUnits).length
    const costs = section('What watching costs')
    expect(costs).toContain(`| ${metrics} metrics in ${alarms.length} alarms, 0.10 each | ${dollars(metrics * 0.1)} |`)
    expect(costs).toContain(`| ${own} metrics of our own, 0.30 each | ${dollars(own * 0.3)} |`)
    expect(METRIC_NAMESPACE).toBe('Punctual')
    const whole = metrics * 0.1 + own * 0.3
    expect(costs).toContain(`that is $${dollars((metrics - 10) * 0.1)};`)
    expect(costs).toContain(`costs $${dollars(whole)} to $${dollars(whole + 3)}.`)
  })

  it('explains every setting, and no other', () => {
    const explained = [...section('Deploy').matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key)
    expect(explained.toSorted()).toEqual(Object.keys(Configuration.in.shape).toSorted())
  })

  it('names only resources that there are, each of them one', () => {
    const named = [...runbook.matchAll(/part (AWS::\w+::\w+) ([A-Z]\w+)/g)].map(([, type = '', prefix = '']) => [
      type,
      prefix,
    ])
    const logs = [...runbook.matchAll(/lines ([A-Z]\w+) /g)].flatMap(([, prefix = '']) =>
      prefix === 'LOG' ? [] : [['AWS::Logs::LogGroup', prefix]],
    )
    const functions = ['Auth', 'Jobs', 'Runs', 'Schedules', 'Secrets', 'Service'].flatMap((name) => [
      ['AWS::Logs::LogGroup', `Functions${name}`],
      ['AWS::Lambda::Function', `Functions${name}`],
    ])
    expect(named.length).toBeGreaterThan(5)
    expect(logs.length).toBeGreaterThan(10)
    for (const [type = '', prefix = ''] of [...named, ...logs, ...functions]) {
      const found = Object.keys(resourcesOf(template, type)).filter((id) => id.startsWith(prefix))
      expect(found, `${type} ${prefix}`).toHaveLength(1)
    }
  })

  it('looks for log lines that there are', () => {
    const code = globSync('lambdas/**/*.ts').map((file) => readFileSync(file, 'utf8'))
    const messages = [...runbook.matchAll(/\$\.message = "([^"]+?)\*?"/g)].map(([, message = '']) => message)
    expect(messages.length).toBeGreaterThan(3)
    for (const message of messages) {
      expect(
        code.some((text) => text.includes(`log.`) && text.includes(`('${message}`)),
        message,
      ).toBe(true)
    }
  })

  it('pauses a job in the table so that the service takes it for paused', async () => {
    const started = await startTable()
    try {
      const jobs = dynamoJobStore({ client: started.client, name: started.tableName })
      const definition = JobDefinition.parse({
        name: 'sync',
        cronExpression: '* * * * *',
        targetUrl: 'https://api.example.com/sync',
      })
      const job = newJob({ tenant: 'tenant-1', id: ulid(), plan: 'FREE', definition }, Date.now())
      await jobs.create(job, 10)
      const flag = (name: string) => new RegExp(`--${name} ['"](.+)['"]`).exec(section('Stop all calls'))?.[1] ?? ''
      const key = flag('key').replaceAll('\\"', '"').replace('$TENANT', job.tenant).replace('$JOB', job.id)
      await started.client.send(
        new UpdateItemCommand({
          TableName: started.tableName,
          Key: JSON.parse(key),
          ConditionExpression: flag('condition-expression'),
          UpdateExpression: flag('update-expression'),
          ExpressionAttributeNames: JSON.parse(flag('expression-attribute-names')),
          ExpressionAttributeValues: JSON.parse(flag('expression-attribute-values')),
        }),
      )
      expect((await jobs.read(job.tenant, job.id))?.job).toEqual({
        ...job,
        desired: 'PAUSED',
        version: 2,
        definition: { ...definition, enabled: false },
      })
    } finally {
      await started.stop()
    }
  })

  it('names the outputs of the stack', () => {
    const outputs = Object.keys(template.findOutputs('*'))
    const named = [...runbook.matchAll(/output ([A-Z]\w+)\)/g)].map(([, name]) => name)
    expect(named).not.toEqual([])
    for (const name of named) expect(outputs).toContain(name)
  })

  it('has no link within itself that leads nowhere', () => {
    const anchors = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))
    const links = [...runbook.matchAll(/\]\((#[^)]+)\)/g)].map(([, link]) => link)
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([])
  })
})
