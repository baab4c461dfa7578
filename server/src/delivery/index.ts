export { countContacts, decideContacts, type ContactCounts, type ContactPlan, type ContactQuestion } from './decide-contacts.ts'
export { wakeSender } from './wake-sender.ts'
