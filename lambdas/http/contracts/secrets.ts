import * as z from 'zod'
import { GeneratedFormat, generatedBytes } from '../../domain/secret/generated-value.ts'
import { SecretDescription, SecretName, SecretValue } from '../../domain/secret/secret.ts'
import { bare, type ContractsOf } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'

const secret = {
  name: z.string(),
  description: z.string(),
  version: z.int().positive().meta({ description: 'Counts up with every new value.' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  usedBy: z
    .array(z.strictObject({ jobId: z.string(), jobName: z.string() }))
    .meta({ description: 'The jobs that refer to the secret.' }),
}

const Secret = z.strictObject(secret).meta({ id: 'Secret' })
const ShownSecret = z.strictObject({
  ...secret,
  value: z.string().meta({ description: 'Shown here and never again.' }),
})

const params = z.strictObject({ name: SecretName })

const GenerateBody = z
  .strictObject({
    bytes: z.int().min(generatedBytes.fewest).max(generatedBytes.most).default(generatedBytes.usual),
    format: GeneratedFormat.default('base64'),
  })
  .refine(({ bytes, format }) => format !== 'whsec' || bytes >= generatedBytes.fewestToSign, {
    path: ['bytes'],
    error: `must be at least ${generatedBytes.fewestToSign} for the format whsec`,
  })

export const secretsContracts = {
  listSecrets: {
    ...bare,
    summary: 'List secrets',
    description: 'In order of name; never with a value.',
    query: z.strictObject(listQuery),
    answers: { 200: { description: 'One page of secrets.', schema: pageOf(Secret) } },
  },
  putSecret: {
    ...bare,
    summary: 'Save a secret',
    description:
      'Makes a secret, or a new version of it, which the jobs use within a minute. Targets refer to it as `{{secrets.NAME}}`. The value can never be read again.',
    params,
    body: z.strictObject({
      value: SecretValue.meta({ examples: ['c2VjcmV0LXZhbHVlLWZvci10aGUtdGFyZ2V0IQ=='] }),
      description: SecretDescription.optional().meta({ description: 'Stays as it is when not given.' }),
    }),
    answers: {
      200: { description: 'The secret has a new version.', schema: Secret },
      201: { description: 'The secret is new.', schema: Secret },
    },
  },
  deleteSecret: {
    ...bare,
    summary: 'Delete a secret',
    params,
    query: z.strictObject({
      force: z
        .enum(['true', 'false'])
        .default('false')
        .transform((force) => force === 'true')
        .meta({ description: '`true` deletes the secret although jobs use it; their runs will fail.' }),
    }),
    answers: { 204: { description: 'The secret is gone.' } },
  },
  generateSecret: {
    ...bare,
    summary: 'Save a random secret',
    description: 'Makes a secret, or a new version of it, with a random value that this answer alone shows.',
    params,
    body: GenerateBody,
    isBodyOptional: true,
    idempotency: 'SEALED',
    answers: { 201: { description: 'The secret and, this once, its value.', schema: ShownSecret } },
  },
} as const satisfies ContractsOf<'secrets'>
