import { expect, test } from 'vitest';

import { vertexBaseUrl, vertexResource } from './connection.js';

test.each([
  ['global', 'https://aiplatform.googleapis.com/v1'],
  ['us', 'https://aiplatform.us.rep.googleapis.com/v1'],
  ['eu', 'https://aiplatform.eu.rep.googleapis.com/v1'],
  ['europe-west4', 'https://europe-west4-aiplatform.googleapis.com/v1'],
])('location %s', (location, url) => {
  expect(vertexBaseUrl(location)).toBe(url);
});

test.each(['evil.example/', 'a@b', '', 'us-central1 ', '../x'])(
  'location "%s" is refused: a token would go there',
  (location) => {
    expect(() => vertexBaseUrl(location)).toThrow(expect.objectContaining({ code: 'invalid' }));
  },
);

const place = { project: 'p', location: 'eu' };

test.each([
  ['gemini-3.8-flash', 'projects/p/locations/eu/publishers/google/models/gemini-3.8-flash'],
  ['a:b?c#d', 'projects/p/locations/eu/publishers/google/models/a%3Ab%3Fc%23d'],
  ['publishers/google/models/m', 'projects/p/locations/eu/publishers/google/models/m'],
  ['endpoints/42', 'projects/p/locations/eu/endpoints/42'],
  ['projects/1/locations/us/endpoints/42', 'projects/1/locations/us/endpoints/42'],
])('model %s', (model, path) => {
  expect(vertexResource({ ...place, model })).toBe(path);
});

test.each(['../x', 'a/../b', 'a//b', './a', '/a', 'a/'])('model %s is refused: it would lead elsewhere', (model) => {
  expect(() => vertexResource({ ...place, model })).toThrow(expect.objectContaining({ code: 'invalid' }));
});
