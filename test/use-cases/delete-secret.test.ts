import { describe, expect, it } from 'vitest'
import { type DeleteSecretDeps, deleteSecret } from '../../lambdas/use-cases/delete-secret.ts'
import { somebody } from '../support/author.ts'

const secret = {
  name: 'A',
  secretId: 's',
  versionId: 'v',
  versions: 1,
  description: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}
const usedBy = (count: number): DeleteSecretDeps => ({
  author: somebody,
  clock: () => 0,
  catalog: { read: async () => secret, remove: async () => secret, forget: async () => {} },
  vault: { remove: async () => {} },
  usage: {
    jobsUsing: async () => Array.from({ length: count }, (_, n) => ({ jobId: `id-${n}`, jobName: `Job "${n}"` })),
  },
})

describe('deleteSecret', () => {
  it('names every job that uses the secret, up to ten', async () => {
    await expect(deleteSecret(usedBy(2), 't', 'A', false)).rejects.toMatchObject({
      code: 'secret-in-use',
      message: expect.stringContaining('is used by "Job \\"0\\"" (id-0), "Job \\"1\\"" (id-1). Change'),
    })
    await expect(deleteSecret(usedBy(12), 't', 'A', false)).rejects.toThrow('(id-9) and 2 more. Change')
  })

  it('does not ask who uses it when forced', async () => {
    await expect(deleteSecret(usedBy(2), 't', 'A', true)).resolves.toBeUndefined()
  })

  it('takes the value away although its name is gone already', async () => {
    const deps = usedBy(0)
    const removed: unknown[] = []
    const vault = { remove: async (value: unknown) => void removed.push(value) }
    const catalog = { ...deps.catalog, remove: async () => undefined }
    await deleteSecret({ ...deps, vault, catalog }, 't', 'A', false)
    expect(removed).toEqual([{ tenant: 't', secretId: 's' }])
  })
})
