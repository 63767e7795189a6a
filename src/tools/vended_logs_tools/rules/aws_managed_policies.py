"""What the policies that AWS manages grant a role of the ten actions of log delivery.

Source: AWS Managed Policy Reference Guide. The table is generated from the documents themselves, and a test holds it
against them: ``python -m tests.tools.managed_policies`` prints it anew.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from vended_logs_tools.rules.holes import is_vague
from vended_logs_tools.rules.iam import ROLE_ACTIONS

_OF_AWS: Final = re.compile(r"arn:aws[a-z-]*:iam::aws:policy/(?:[^:]*/)?([^:/]+)")

# The names of policies by what they grant, each action as the digit of its place among the ten. What is granted under
# a condition counts, since nobody can tell here whether it is met. Whatever is not listed grants nothing.
_NAMES: Final = {
    "0123456789": """
        AIDevOpsAgentActionsPolicy AWSCodeStarServiceRole AWSMcpServiceActionsFullAccess AdministratorAccess
        AmazonSSMFullAccess AmazonSageMakerFullAccess CloudWatchFullAccess CloudWatchFullAccessV2
        CloudWatchLogsFullAccess PowerUserAccess SageMakerStudioAdminIAMPermissiveExecutionPolicy
        SageMakerStudioUserIAMPermissiveExecutionPolicy SystemAdministrator
    """,
    "01234569": """
        AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary
    """,
    "01234589": """
        AmazonCloudWatchRUMFullAccess
    """,
    "02345789": """
        AWSCleanRoomsFullAccess AWSCleanRoomsFullAccessNoQuerying AmazonMSKFullAccess
    """,
    "0234589": """
        VPCLatticeFullAccess
    """,
    "0245789": """
        AmazonChimeFullAccess
    """,
    "023459": """
        AWSNetworkFirewallFullAccess
    """,
    "125689": """
        AWS_ConfigRole
    """,
    "04789": """
        AWSWAFConsoleFullAccess
    """,
    "12689": """
        SageMakerStudioAdminIAMDefaultExecutionPolicy SageMakerStudioUserIAMDefaultExecutionPolicy
    """,
    "16789": """
        BedrockAgentCoreFullAccess
    """,
    "0169": """
        DatabaseAdministrator
    """,
    "0489": """
        AWSWAFFullAccess
    """,
    "2589": """
        AIDevOpsAgentAccessPolicy AIOpsAssistantPolicy CloudWatchLogsReadOnlyAccess CloudWatchReadOnlyAccess
        ReadOnlyAccess SecurityAudit WellArchitectedAgentResourceScanning
    """,
    "169": """
        AWSBatchServiceRole AWSControlTowerServiceRolePolicy AWSElasticBeanstalkWebTier AWSIoTWirelessLogging
        AWSLambdaExecute AWSThinkboxAWSPortalGatewayPolicy AWSThinkboxAWSPortalWorkerPolicy
        AdministratorAccess-Amplify AlexaForBusinessGatewayExecution AmazonAPIGatewayPushToCloudWatchLogs
        AmazonBraketFullAccess AmazonDMSCloudWatchLogsRole AmazonDataZoneEnvironmentRolePermissionsBoundary
        AmazonEC2RolePolicyForLaunchWizard AmazonEC2RoleforSSM AmazonElasticFileSystemsUtils
        AmazonLaunchWizardFullAccessV2 AmazonSageMakerModelCustomizationCoreAccess
        AmazonSageMakerServiceCatalogProductsApiGatewayServiceRolePolicy
        AmazonSageMakerServiceCatalogProductsCodeBuildServiceRolePolicy
        AmazonSageMakerServiceCatalogProductsGlueServiceRolePolicy
        AmazonSageMakerServiceCatalogProductsLambdaServiceRolePolicy CloudWatchAgentAdminPolicy
        CloudWatchAgentServerPolicy CloudWatchOmniSpaceAccessPolicy
        SageMakerStudioProjectUserRolePermissionsBoundary SageMakerStudioProjectUserRolePolicy
    """,
    "259": """
        VPCLatticeReadOnlyAccess
    """,
    "289": """
        AWSBatchFullAccess
    """,
    "16": """
        AWSAppSyncPushToCloudWatchLogs AWSApplicationMigrationNetworkMigrationMultiAccount
        AWSControlTowerCloudTrailRolePolicy AWSDeepLensLambdaFunctionAccessPolicy AWSDeepRacerRoboMakerAccessPolicy
        AWSDeepRacerServiceRolePolicy AWSElasticBeanstalkCustomPlatformforEC2Role AWSElasticBeanstalkEKSImageBuild
        AWSElasticBeanstalkEnhancedHealth AWSElasticBeanstalkWorkerTier AWSGlueDataBrewServiceRole
        AWSGlueServiceRole AWSIoTLogging AWSLambdaBasicDurableExecutionRolePolicy AWSLambdaBasicExecutionRole
        AWSLambdaDynamoDBExecutionRole AWSLambdaKinesisExecutionRole AWSLambdaMSKExecutionRole
        AWSLambdaManagedEC2ResourceOperator AWSLambdaSQSQueueExecutionRole AWSLambdaVPCAccessExecutionRole
        AWSPanoramaApplianceRolePolicy AWSPanoramaApplianceServiceRolePolicy AWSPanoramaGreengrassGroupRolePolicy
        AWSProtonCodeBuildProvisioningBasicAccess AWSQuickSetupPatchPolicyPermissionsBoundary
        AWSThinkboxDeadlineResourceTrackerAccessPolicy AWSTransferLoggingAccess
        AWSTransformNetworkMigrationAgentPolicy AmazonBedrockStudioPermissionsBoundary
        AmazonBraketJobsExecutionPolicy AmazonEC2ContainerServiceforEC2Role AmazonECSTaskExecutionRolePolicy
        AmazonEKSLocalOutpostClusterPolicy AmazonEKSServicePolicy AmazonFSxFullAccess
        AmazonRDSCustomInstanceProfileRolePolicy AmazonRDSEnhancedMonitoringRole AmazonRedshiftAllCommandsFullAccess
        AmazonS3ObjectLambdaExecutionRolePolicy AmazonSNSRole AmazonSageMakerCanvasDataPrepFullAccess
        AmazonSageMakerCanvasFullAccess AmazonSageMakerClusterInstanceRolePolicy AmazonSageMakerGroundTruthExecution
        AmazonSageMakerHyperPodInferenceAccess AmazonSageMakerJobFullAccess AmazonSecurityLakeMetastoreManager
        AwsGlueSessionUserRestrictedNotebookServiceRole AwsGlueSessionUserRestrictedServiceRole
        CloudWatchLambdaApplicationSignalsExecutionRolePolicy CloudWatchLambdaInsightsExecutionRolePolicy
        EC2ImageBuilderExecutionPolicy EC2InstanceProfileForImageBuilder
        EC2InstanceProfileForImageBuilderECRContainerBuilds GameLiftContainerFleetPolicy
        SageMakerStudioProjectRoleMachineLearningPolicy
    """,
    "19": """
        AmazonSageMakerAdmin-ServiceCatalogProductsServiceRolePolicy
    """,
    "89": """
        AWSDataSyncFullAccess AWSDataSyncReadOnlyAccess AWSElasticBeanstalkRoleCore AWSWAFConsoleReadOnlyAccess
        AdministratorAccess-AWSElasticBeanstalk SupportUser ViewOnlyAccess
    """,
    "6": """
        AWSDiscoveryContinuousExportFirehosePolicy CloudWatchLogsAPIKeyAccess
    """,
    "9": """
        AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy AWSElasticBeanstalkReadOnly AWSElasticBeanstalkService
        AWSLambda_FullAccess AWSLambda_ReadOnlyAccess AWSPanoramaFullAccess AWSPartnerLedSupportReadOnlyAccess
        AWSQuickSetupPatchPolicyDeploymentRolePolicy AWSThinkboxAWSPortalAdminPolicy AWSThinkboxAssetServerPolicy
        AWSTransformApplicationECSDeploymentPolicy AmazonCloudWatchRUMReadOnlyAccess
        AmazonDataZoneRedshiftGlueProvisioningPolicy AmazonECSInfrastructureRoleforExpressGatewayServices
        AmazonECS_FullAccess AmazonElastiCacheFullAccess AmazonFSxConsoleFullAccess AmazonFSxConsoleReadOnlyAccess
        AmazonGrafanaCloudWatchAccess AmazonLexFullAccess AmazonMonitronFullAccess AmazonWorkMailFullAccess
        AmazonWorkMailReadOnlyAccess CloudWatchApplicationInsightsFullAccess CloudWatchApplicationSignalsFullAccess
        CloudWatchApplicationSignalsReadOnlyAccess CloudWatchInternetMonitorFullAccess
        CloudWatchInternetMonitorReadOnlyAccess CloudWatchOpenSearchDashboardAccess
        CloudWatchOpenSearchDashboardsFullAccess NetworkAdministrator SageMakerStudioProjectProvisioningRolePolicy
    """,
}


def actions_of(policy: str) -> frozenset[str] | None:
    """Return what a policy that AWS manages grants of the ten actions; none of them for one that is not in the table.

    Args:
        policy: An ARN of any partition, or a name, with its path or (as SAM takes it) without.

    Returns:
        ``None`` for any other ARN, whose document is not AWS's, and for a text with a hole in it.
    """
    found = _OF_AWS.fullmatch(policy)
    if is_vague(policy) or (found is None and ":" in policy):
        return None
    # No two have one name, whatever their paths.
    name = found[1] if found else policy.rpartition("/")[2]
    return table().get(name, frozenset())


@cache
def table() -> Mapping[str, frozenset[str]]:
    """Return for each policy that grants any of the ten actions those that it grants."""
    return dict(_rows())


def _rows() -> Iterator[tuple[str, frozenset[str]]]:
    for digits, names in _NAMES.items():
        actions = frozenset(ROLE_ACTIONS[int(digit)] for digit in digits)
        yield from ((name, actions) for name in names.split())
