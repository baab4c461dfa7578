import { queryOptions } from '@tanstack/react-query'
import { accessRoutes } from '../../../contracts/access.ts'
import { client } from '../ui/api.ts'

/** Who is signed in; read once and kept until something changes it. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => client.call(accessRoutes.readSession),
  staleTime: 5 * 60_000,
})
