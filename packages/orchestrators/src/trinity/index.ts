export { Trinity } from './trinity.js';
export { trinityRoles } from './role.js';
export { turnStateRouter } from './role-router.js';
export type { Asked, AsksModels } from '../asks.js';
export type { TrinityOptions } from './trinity-options.js';
export type { Role, RolePurpose } from './role.js';
export type { RoleChoice, RoleRouter, TeamState, TeamTurn, TurnStateRouterOptions } from './role-router.js';
export type { Limits } from '../tree/limits.js';
export type { Worker } from '../tree/worker.js';
