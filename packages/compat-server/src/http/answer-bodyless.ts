import type { Principal } from '@tako/core';

import { Refusal, type Failure } from '../errors/failure.js';
import { modelNotFound, responseNotFound, unknownUrl, unreadableUrl, wrongMethod } from '../errors/known-failures.js';
import type { ModelCatalog } from '../models/model-catalog.js';
import type { StoredResponses } from '../responses/stored-responses.js';
import type { Reply } from './exchange.js';
import { jsonHeaders } from './headers.js';
import type { Route } from './routes.js';

/** What there is to look at. */
export interface Shown {
  readonly models: ModelCatalog;
  readonly responses: StoredResponses;
  /** Absent where nothing is counted. */
  readonly metricsText: (() => string) | undefined;
}

/** Answers what asks for nothing to be done. @throws Refusal for what is not there */
export async function answerBodyless(
  route: Route,
  principal: Principal,
  { models, responses, metricsText }: Shown,
): Promise<Reply> {
  switch (route.name) {
    case 'response':
      return jsonReply((await responses.find(principal, route.id))?.response ?? refuse(responseNotFound));
    case 'delete_response':
      if (!(await responses.delete(principal, route.id))) refuse(responseNotFound);
      return jsonReply({ id: route.id, object: 'response', deleted: true });
    case 'models':
      return jsonReply({ object: 'list', data: models.list(principal) });
    case 'model':
      return jsonReply(models.get(principal, route.id) ?? refuse(modelNotFound));
    case 'metrics': {
      const headers = { ...jsonHeaders, 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };
      return { status: 200, headers, body: metricsText?.() ?? refuse(unknownUrl) };
    }
    case 'wrong_method':
      return refuse(wrongMethod(route.allow));
    case 'unreadable':
      return refuse(unreadableUrl);
    default:
      return refuse(unknownUrl);
  }
}

export function jsonReply(body: object): Reply {
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(body) };
}

function refuse(failure: Failure): never {
  throw new Refusal(failure);
}
