import { expect, test } from 'bun:test';
import { createEvents } from './events.ts';

interface News {
  'run.started': { id: number };
  'run.ended': { id: number; ok: boolean };
}

test('news reach who asked for them, in order, until he has enough', () => {
  const events = createEvents<News>(() => {});
  const heard: string[] = [];
  const stop = events.on('run.started', ({ id }) => heard.push(`first ${id}`));
  events.on('run.started', ({ id }) => heard.push(`second ${id}`));
  events.on('run.ended', ({ id }) => heard.push(`ended ${id}`));
  events.emit('run.started', { id: 1 });
  stop();
  stop();
  events.emit('run.started', { id: 2 });
  expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
});

test('a listener that fails disturbs neither the others nor the one who spoke', () => {
  const failures: unknown[] = [];
  const events = createEvents<News>((error) => failures.push(error));
  const heard: number[] = [];
  events.on('run.started', () => {
    throw new Error('broken');
  });
  events.on('run.started', ({ id }) => heard.push(id));
  events.emit('run.started', { id: 7 });
  expect(heard).toEqual([7]);
  expect(failures).toEqual([new Error('broken')]);
});

test('who comes or goes during an event does not change who hears it', () => {
  const events = createEvents<News>(() => {});
  const heard: string[] = [];
  events.on('run.started', () => {
    heard.push('opener');
    if (heard.length < 100) events.on('run.started', () => heard.push('newcomer'));
  });
  events.emit('run.started', { id: 1 });
  expect(heard).toEqual(['opener']);
  events.emit('run.started', { id: 2 });
  expect(heard).toEqual(['opener', 'opener', 'newcomer']);
});
