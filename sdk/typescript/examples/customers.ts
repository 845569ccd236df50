/** What the agents of the examples work on. */

const customers = new Map([
  [7, 'Ada'],
  [8, 'Grace'],
]);

export function getCustomer(id: number): string {
  console.log(`ran get_customer ${id}`);
  return customers.get(id) ?? 'nobody';
}

export function deleteCustomer(id: number): string {
  console.log(`ran delete_customer ${id}`);
  return customers.delete(id) ? `customer ${id} is deleted` : `there is no customer ${id}`;
}
