import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import {
  AccountRecovery,
  FeaturePlan,
  Mfa,
  UserPool,
  type UserPoolClient,
  UserPoolEmail,
  VerificationEmailStyle,
} from 'aws-cdk-lib/aws-cognito'
import { Construct } from 'constructs'
import type { PunctualFunction } from './punctual-function.ts'

export interface IdentityProps {
  /** Whether accounts outlive the stack and the pool refuses to be deleted. */
  readonly production: boolean
  /** The address, verified in Amazon SES, that codes are mailed from. @default Cognito's own sender */
  readonly mailSender?: string | undefined
}

/** Who is who: accounts that sign in with a verified e-mail address, and the group of admins. */
export class Identity extends Construct {
  readonly userPoolId: string
  readonly userPoolClientId: string
  private readonly pool: UserPool

  constructor(scope: Construct, id: string, { production, mailSender }: IdentityProps) {
    super(scope, id)
    this.pool = new UserPool(this, 'Users', {
      featurePlan: FeaturePlan.LITE,
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      standardAttributes: { email: { required: true, mutable: true }, fullname: { required: false, mutable: true } },
      userVerification: {
        emailStyle: VerificationEmailStyle.CODE,
        emailSubject: 'Your Punctual code',
        emailBody: 'Your Punctual code is {####}.',
      },
      passwordPolicy: {
        minLength: 8,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      mfa: Mfa.OFF,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      ...(mailSender === undefined ? {} : { email: this.sesSender(mailSender) }),
      deletionProtection: production,
      removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    })
    this.pool.addGroup('Admins', { groupName: 'admin', description: 'May see and manage all tenants of this stage' })
    this.userPoolId = this.pool.userPoolId
    this.userPoolClientId = this.addClient().userPoolClientId
    this.acknowledgeRules()
  }

  /** What a function needs to know to use the pool. */
  get environment(): { readonly USER_POOL_ID: string; readonly USER_POOL_CLIENT_ID: string } {
    return { USER_POOL_ID: this.userPoolId, USER_POOL_CLIENT_ID: this.userPoolClientId }
  }

  /** Lets the function look up accounts. */
  allowLookingUp(user: PunctualFunction): void {
    user.allow({ actions: ['cognito-idp:AdminGetUser'], resources: [this.pool.userPoolArn] })
  }

  /**
   * Lets the function make an account an admin and end all its sessions. What users do themselves (sign up, log in, change
   * their password) needs no permission.
   */
  allowAdministration(user: PunctualFunction): void {
    user.allow({
      actions: ['cognito-idp:AdminAddUserToGroup', 'cognito-idp:AdminUserGlobalSignOut'],
      resources: [this.pool.userPoolArn],
    })
  }

  /** Lets the function see everybody, say who is an admin, and keep a user out. */
  allowDirectory(user: PunctualFunction): void {
    const actions = [
      'AdminListGroupsForUser',
      'ListUsers',
      'ListUsersInGroup',
      'DescribeUserPool',
      'AdminAddUserToGroup',
      'AdminRemoveUserFromGroup',
      'AdminUserGlobalSignOut',
      'AdminDisableUser',
    ]
    user.allow({ actions: actions.map((action) => `cognito-idp:${action}`), resources: [this.pool.userPoolArn] })
  }

  /** Lets the function keep a user out, and delete them. */
  allowRemoving(user: PunctualFunction): void {
    const actions = ['AdminDisableUser', 'AdminUserGlobalSignOut', 'AdminDeleteUser']
    user.allow({ actions: actions.map((action) => `cognito-idp:${action}`), resources: [this.pool.userPoolArn] })
  }

  private sesSender(fromEmail: string): UserPoolEmail {
    return UserPoolEmail.withSES({ fromEmail, fromName: 'Punctual', sesRegion: Stack.of(this).region })
  }

  private addClient(): UserPoolClient {
    return this.pool.addClient('Client', {
      authFlows: { userPassword: true, userSrp: true },
      disableOAuth: true,
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      // Revocation stops refreshing, not a token that is already out: what is out must die soon.
      accessTokenValidity: Duration.minutes(15),
      idTokenValidity: Duration.minutes(15),
      refreshTokenValidity: Duration.days(30),
    })
  }

  private acknowledgeRules(): void {
    Validations.of(this.pool).acknowledge(
      {
        id: 'AwsSolutions-COG2',
        reason:
          'Accounts are open to anyone with an e-mail address and hold cron jobs; demanding a second factor is left to the operator, who can turn it on in the pool.',
      },
      {
        id: 'AwsSolutions-COG8',
        reason:
          'The Plus plan costs $0.02 per user and month for risk scores that nothing here acts upon; Cognito locks accounts after failed attempts on every plan.',
      },
    )
  }
}
