import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DataDirectory, isUnusedDataDirectory } from '../../local/data-directory.ts'
import { temporaryFolder } from './template/cloud-assembly-fixture.ts'

describe('DataDirectory', () => {
  it('is held by one at a time and names the holder', () => {
    const path = temporaryFolder()
    const first = new DataDirectory(path)
    expect(() => new DataDirectory(path)).toThrow(`The data directory ${path} is in use by process ${process.pid}`)
    first.release()
    new DataDirectory(path).release()
  })

  it('is made when it is not there, for its owner only', () => {
    const path = join(temporaryFolder(), 'a', 'b')
    const directory = new DataDirectory(path)
    directory.openStore('things').map('m').set('k', 1)
    directory.release()
    const again = new DataDirectory(path)
    expect(again.openStore('things').map('m').get('k')).toBe(1)
    again.release()
  })

  it('counts as unused until somebody keeps something in it', () => {
    const path = join(temporaryFolder(), 'data')
    expect(isUnusedDataDirectory(path)).toBe(true)
    new DataDirectory(path).release()
    expect(isUnusedDataDirectory(path)).toBe(true)
    writeFileSync(join(path, 'something'), '')
    expect(isUnusedDataDirectory(path)).toBe(false)
  })
})
