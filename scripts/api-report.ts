import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

export interface ApiReport {
  /** The public surface as Markdown. */
  readonly text: string;
  /** What the extractor holds for an error. */
  readonly errors: readonly string[];
}

/**
 * The public surface of one entry, read from its built declarations.
 *
 * @param directory where the package.json and the tsconfig.json are
 * @param declarations the entry's `.d.ts`, relative to the directory
 */
export function apiReport(directory: string, declarations: string): ApiReport {
  const reportFolder = mkdtempSync(join(tmpdir(), 'tako-api-'));
  const errors: string[] = [];
  try {
    Extractor.invoke(configuration(directory, declarations, reportFolder), {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.text);
        message.handled = true;
      },
    });
    return { text: readFileSync(join(reportFolder, 'entry.api.md'), 'utf8'), errors };
  } finally {
    rmSync(reportFolder, { recursive: true });
  }
}

function configuration(directory: string, declarations: string, reportFolder: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(directory, 'package.json'),
    configObject: {
      projectFolder: directory,
      mainEntryPointFilePath: join(directory, declarations),
      compiler: { tsconfigFilePath: join(directory, 'tsconfig.json') },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: 'entry.api.md',
        reportFolder,
        reportTempFolder: join(reportFolder, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None, addToApiReportFile: true },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.Error },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
}
