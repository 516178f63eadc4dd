import type { DurableMap, DurableStore } from '../durable-store.ts'
import { DeliveryRecord } from './delivery.ts'

/** A delivery under way. `cancelled` once its schedule is gone: whoever still works on it stops and writes nothing. */
export type ActiveDelivery = { record: DeliveryRecord; cancelled: boolean }

/** The deliveries under way, on disk and, by schedule, in memory. */
export class DeliveryLog {
  readonly #records: DurableMap
  readonly #active = new Map<string, Set<ActiveDelivery>>()

  constructor(store: DurableStore) {
    this.#records = store.map('scheduler_deliveries')
    for (const [, value] of this.#records.entries())
      this.#index({ record: DeliveryRecord.parse(value), cancelled: false })
  }

  all(): ActiveDelivery[] {
    return [...this.#active.values()].flatMap((deliveries) => [...deliveries])
  }

  has(scheduleId: string): boolean {
    return this.#active.has(scheduleId)
  }

  open(record: DeliveryRecord): ActiveDelivery {
    const delivery = { record, cancelled: false }
    this.#records.set(keyOf(record), record)
    this.#index(delivery)
    return delivery
  }

  update(delivery: ActiveDelivery, record: DeliveryRecord): void {
    delivery.record = record
    this.#records.set(keyOf(record), record)
  }

  /** Strikes out a delivery that has ended. */
  close(delivery: ActiveDelivery): void {
    const { scheduleId } = delivery.record
    const siblings = this.#active.get(scheduleId)
    siblings?.delete(delivery)
    if (siblings?.size === 0) this.#active.delete(scheduleId)
    this.#records.delete(keyOf(delivery.record))
  }

  /** Calls off every delivery of a schedule; returns them. */
  cancel(scheduleId: string): ActiveDelivery[] {
    const deliveries = [...(this.#active.get(scheduleId) ?? [])]
    for (const delivery of deliveries) {
      delivery.cancelled = true
      this.close(delivery)
    }
    return deliveries
  }

  #index(delivery: ActiveDelivery): void {
    const { scheduleId } = delivery.record
    const siblings = this.#active.get(scheduleId)
    if (siblings) siblings.add(delivery)
    else this.#active.set(scheduleId, new Set([delivery]))
  }
}

function keyOf(record: DeliveryRecord): string {
  return `${record.scheduleId} ${record.plannedMs}`
}
