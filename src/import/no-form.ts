/** Why a schema has no zod form: its operation is drafted as it is. */
export class NoForm extends Error {}
