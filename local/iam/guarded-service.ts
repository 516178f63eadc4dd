import type { WireRequest, WireResponse, WireService } from '../wire-service.ts'
import type { AccessControl } from './access-control.ts'

/** A service that lets nobody do what their role does not allow. */
export class GuardedService implements WireService {
  readonly #service: WireService
  readonly #access: AccessControl

  constructor(service: WireService, access: AccessControl) {
    this.#service = service
    this.#access = access
  }

  get name(): string {
    return this.#service.name
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    return this.#access.refuse(this.name, request) ?? this.#service.handle(request)
  }

  close(): Promise<void> {
    return this.#service.close()
  }
}
