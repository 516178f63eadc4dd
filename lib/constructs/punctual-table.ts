import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import type { PunctualFunction } from './punctual-function.ts'

export interface PunctualTableProps {
  /** Whether items outlive the stack and the table refuses to be deleted. */
  readonly production: boolean
  /** How long entries of the audit are kept, in days. */
  readonly auditRetention: number
}

/** `byTenant` answers "what is mine, with which status"; `bySweep` finds what is looked after across tenants. */
export type TableIndex = 'byTenant' | 'bySweep'

/** The DynamoDB actions that functions make. A transaction is authorized by the actions of its items. */
export type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem'

/** The partitions of API keys: one for the hash of each. */
const KEY_PARTITIONS = 'KEY#*'

/** The partitions of counted attempts: one for each count. */
const ATTEMPT_PARTITIONS = 'ATTEMPTS#*'

/** The partitions of ended sessions: one for each user who has logged out of late. */
const SESSION_PARTITIONS = 'SESSION#*'

/** The partitions of counted requests: one for each tenant and each source. */
const REQUEST_PARTITIONS = 'RATE#*'
/** The partitions of figures, one for each tenant and one for the service, and of runs that ended late. */
const FIGURE_PARTITIONS = ['T#*#FIGURES', 'SERVICE#FIGURES']
const LATE_RUN_PARTITIONS = 'LATE#*'
/** The partition of the few rows that are about the service as a whole. */
const SERVICE_PARTITION = 'SERVICE'
/** The partitions of tenants, one for each, and one for each of their jobs. */
const TENANT_PARTITIONS = 'T#*'
/** The partitions of hosts that are called a lot: who holds a place there. */
const HOST_PARTITIONS = 'HOST#*'

/** The one table: everything that Punctual remembers, but the values of secrets and the schedules themselves. */
export class PunctualTable extends Construct {
  /** What a function needs to know to use the table. */
  readonly environment: { readonly TABLE_NAME: string; readonly AUDIT_RETENTION_DAYS: string }
  private readonly table: Table

  constructor(scope: Construct, id: string, { production, auditRetention }: PunctualTableProps) {
    super(scope, id)
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Encrypted at rest with a key that AWS owns: it costs nothing per request, and secrets are not stored here.
      encryption: TableEncryption.DEFAULT,
      deletionProtection: production,
      removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    this.table.addGlobalSecondaryIndex({
      indexName: 'byTenant' satisfies TableIndex,
      partitionKey: { name: 'tenantPk', type: AttributeType.STRING },
      sortKey: { name: 'tenantSk', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      // All that lists and figures need: a run's outcome, a job in brief.
      nonKeyAttributes: ['status', 'durationMs', 'summary'],
    })
    this.table.addGlobalSecondaryIndex({
      indexName: 'bySweep' satisfies TableIndex,
      partitionKey: { name: 'sweepPk', type: AttributeType.STRING },
      sortKey: { name: 'sweepSk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    })
    this.environment = { TABLE_NAME: this.table.tableName, AUDIT_RETENTION_DAYS: String(auditRetention) }
  }

  /** Lets the function do these actions on items of the table. */
  allow(user: PunctualFunction, actions: readonly TableAction[]): void {
    user.allow({ actions: actions.map((action) => `dynamodb:${action}`), resources: [this.table.tableArn] })
  }

  /** Lets the function query this index, and no other. */
  allowQuery(user: PunctualFunction, index: TableIndex): void {
    user.allow({ actions: ['dynamodb:Query'], resources: [`${this.table.tableArn}/index/${index}`] })
  }

  /** Lets the function look up API keys by their hashes and note their use, and nothing else. */
  allowVerifyingKeys(user: PunctualFunction): void {
    this.allowWithin(user, [KEY_PARTITIONS], ['GetItem', 'UpdateItem'])
  }

  /** Lets the function find out whether a user has logged out, and nothing else. */
  allowVerifyingSessions(user: PunctualFunction): void {
    this.allowWithin(user, [SESSION_PARTITIONS], ['GetItem'])
  }

  /** Lets the function write down that a user has logged out, and nothing else. */
  allowEndingSessions(user: PunctualFunction): void {
    this.allowWithin(user, [SESSION_PARTITIONS], ['UpdateItem'])
  }

  /** Lets the function count attempts, and nothing else. */
  allowCountingAttempts(user: PunctualFunction): void {
    this.allowWithin(user, [ATTEMPT_PARTITIONS], ['UpdateItem'])
  }

  /** Lets the function count requests, and nothing else. */
  allowCountingRequests(user: PunctualFunction): void {
    this.allowWithin(user, [REQUEST_PARTITIONS], ['UpdateItem'])
  }

  /** Lets the function read figures, and the runs that are not in them yet, and nothing else. */
  allowReadingFigures(user: PunctualFunction): void {
    this.allowWithin(user, [SERVICE_PARTITION], ['GetItem'])
    this.allowWithin(user, [...FIGURE_PARTITIONS, LATE_RUN_PARTITIONS], ['Query'])
    this.allowQuery(user, 'byTenant')
  }

  /** Lets the function count the runs of all tenants into figures, and write nothing else. */
  allowCountingRuns(user: PunctualFunction): void {
    this.allowQuery(user, 'bySweep')
    this.allowQuery(user, 'byTenant')
    this.allowWithin(user, [...FIGURE_PARTITIONS, LATE_RUN_PARTITIONS], ['Query'])
    this.allowWithin(user, FIGURE_PARTITIONS, ['PutItem'])
    this.allowWithin(user, [SERVICE_PARTITION], ['UpdateItem'])
    this.allowWithin(user, [LATE_RUN_PARTITIONS], ['DeleteItem'])
  }

  /** Lets the function change who holds a place at a host, and nothing else. */
  allowHoldingPlaces(user: PunctualFunction): void {
    this.allowWithin(user, [HOST_PARTITIONS], ['UpdateItem'])
  }

  /** Lets the function change rows of tenants and of their jobs, and nothing else. */
  allowUpdatingTenants(user: PunctualFunction): void {
    this.allowWithin(user, [TENANT_PARTITIONS], ['UpdateItem'])
  }

  private allowWithin(user: PunctualFunction, partitions: readonly string[], actions: readonly TableAction[]): void {
    user.allow({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...partitions] } },
    })
  }
}
