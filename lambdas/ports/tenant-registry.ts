/** Every tenant that ever had a job. */
export interface TenantRegistry {
  every(): AsyncIterable<string>
}
