export { compileTemplate } from './compile-template.ts'
export { contentHandlers } from './routes.ts'
export { createTemplate } from './save-template.ts'
export { readTemplate } from './template-row.ts'
