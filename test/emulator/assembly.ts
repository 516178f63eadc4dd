import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VERSION } from '../../lambdas/config/version.ts'

/** The version that the changed function says it is. */
export const UPDATED_VERSION = `${VERSION}-updated`
export const ADDED_INDEX = 'bySortKey'

type Resource = {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's own format
  readonly Properties: Record<string, any>
}
type Template = { readonly Resources: Readonly<Record<string, Resource>> }
/** @returns what was changed, if anything */
type Change = (resource: Resource) => string | undefined

/**
 * Changes in a cloud assembly what an update in place has to cope with: the code of all functions, the environment of
 * some, an index of the table that holds data, and schedules.
 */
export async function changeAssembly(folder: string): Promise<void> {
  await changeCode(folder)
  const changed = await changeTemplate(folder, changeForUpdate)
  // The table; the executor and whoever checks targets; the sweeper and the run counter.
  const expected = ['environment', 'environment', 'index', 'schedule', 'schedule']
  if (changed.toSorted().join() !== expected.join()) throw new Error(`The update changes ${changed.join()} only.`)
}

const changeForUpdate: Change = ({ Type, Properties }) => {
  if (Type === 'AWS::Lambda::Function' && Properties.Environment?.Variables?.TARGET_ALLOW_CIDRS !== undefined) {
    // The tests' targets are on this machine.
    Properties.Environment.Variables.TARGET_ALLOW_CIDRS = '127.0.0.0/8'
    return 'environment'
  }
  if (Type === 'AWS::DynamoDB::Table') {
    Properties.GlobalSecondaryIndexes.push({
      IndexName: ADDED_INDEX,
      KeySchema: [
        { AttributeName: 'sk', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })
    return 'index'
  }
  if (Type === 'AWS::Scheduler::Schedule') {
    // The tests have no time to wait for the sweeper and the run counter.
    Properties.ScheduleExpression = 'rate(1 minute)'
    return 'schedule'
  }
  return undefined
}

async function changeTemplate(folder: string, change: Change): Promise<readonly string[]> {
  const file = onlyFile(folder, '*.template.json')
  const template = JSON.parse(await readFile(file, 'utf8')) as Template
  const changed = Object.values(template.Resources).flatMap((resource) => change(resource) ?? [])
  const text = JSON.stringify(template, null, 1)
  await writeFile(file, text)
  // The toolkit leaves out what the bucket has already, by this name.
  await replaceHash(folder, await assetHash(folder, 'file'), createHash('sha256').update(text).digest('hex'))
  return changed
}

async function changeCode(folder: string): Promise<void> {
  const old = await assetHash(folder, 'zip')
  const hash = createHash('sha256')
  let count = 0
  for (const file of globSync(join(folder, `asset.${old}`, '**/*.mjs')).toSorted()) {
    const code = await readFile(file, 'utf8')
    const newCode = code.replaceAll(`"${VERSION}"`, () => {
      count++
      return `"${UPDATED_VERSION}"`
    })
    hash.update(newCode)
    if (newCode !== code) await writeFile(file, newCode)
  }
  if (count === 0) throw new Error('The version is nowhere in the code.')
  const changed = hash.digest('hex')
  await rename(join(folder, `asset.${old}`), join(folder, `asset.${changed}`))
  await replaceHash(folder, old, changed)
}

async function replaceHash(folder: string, old: string, changed: string): Promise<void> {
  for (const file of globSync(join(folder, '*.json')))
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(old, changed))
}

async function assetHash(folder: string, packaging: 'zip' | 'file'): Promise<string> {
  const { files } = JSON.parse(await readFile(onlyFile(folder, '*.assets.json'), 'utf8')) as {
    files: Record<string, { source: { packaging: string } }>
  }
  const [found, ...others] = Object.entries(files).filter(([, { source }]) => source.packaging === packaging)
  if (found === undefined || others.length > 0) throw new Error(`There is not one ${packaging} asset in ${folder}.`)
  return found[0]
}

function onlyFile(folder: string, pattern: string): string {
  const [file, ...others] = globSync(join(folder, pattern))
  if (file === undefined || others.length > 0) throw new Error(`There is not one ${pattern} in ${folder}.`)
  return file
}
