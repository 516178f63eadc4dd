import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { secretsManagerValues } from '../../../lambdas/adapters/secrets/secrets-manager-values.ts'
import { secretsManagerVault } from '../../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import type { SecretValues } from '../../../lambdas/ports/secret-reader.ts'
import type { SecretVault } from '../../../lambdas/ports/secret-vault.ts'
import { type StartedVault, startVault } from '../../support/vault.ts'

describe('secretsManagerVault and secretsManagerValues', () => {
  let started: StartedVault
  let vault: SecretVault
  let values: SecretValues
  beforeAll(async () => {
    started = await startVault()
    vault = secretsManagerVault(started.client, 'test')
    values = secretsManagerValues('test', started.client)
  })
  afterAll(() => started.stop())

  const newVersion = () => ({ tenant: 'tenant-1', secretId: randomUUID(), versionId: randomUUID() })

  it('keep each version of a value under its id', async () => {
    const first = newVersion()
    await vault.create(first, 'one')
    const second = { ...first, versionId: randomUUID() }
    expect(await vault.addVersion(second, 'two')).toBe(true)
    const third = { ...first, versionId: randomUUID() }
    expect(await vault.addVersion(third, 'three')).toBe(true)
    expect(await Promise.all([first, second, third].map((version) => values.read(version)))).toEqual([
      'one',
      'two',
      'three',
    ])
  })

  it('may be told the same thing twice', async () => {
    const version = newVersion()
    await vault.create(version, 'one')
    await vault.create(version, 'one')
    const second = { ...version, versionId: randomUUID() }
    await vault.addVersion(second, 'two')
    expect(await vault.addVersion(second, 'two')).toBe(true)
    await vault.remove(version)
    await vault.remove(version)
    expect(await values.read(version)).toBeUndefined()
  })

  it('have nothing of a secret that was removed, or that never was', async () => {
    const version = newVersion()
    expect(await values.read(version)).toBeUndefined()
    expect(await vault.addVersion(version, 'one')).toBe(false)
    await vault.remove(version)
    await vault.create(version, 'one')
    await vault.remove(version)
    expect(await values.read(version)).toBeUndefined()
    expect(await vault.addVersion({ ...version, versionId: randomUUID() }, 'two')).toBe(false)
  })

  it('have no version that was not added', async () => {
    const version = newVersion()
    await vault.create(version, 'one')
    expect(await values.read({ ...version, versionId: randomUUID() })).toBeUndefined()
  })

  it('keep tenants and stages apart', async () => {
    const version = newVersion()
    await vault.create(version, 'one')
    expect(await values.read({ ...version, tenant: 'tenant-2' })).toBeUndefined()
    expect(await secretsManagerValues('prod', started.client).read(version)).toBeUndefined()
  })
})
